package directive

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// reader reads the directives of one comment into settings.
type reader struct {
	fset     *token.FileSet
	problems *problem.List
	subject  string
	site     *source.Site
	result   Settings
}

// grammar says how each directive is read.
var grammar = map[string]struct {
	keys  map[string]value // key=value
	plain func(*reader, Directive, Word)
	// bare says that the directive alone, without a word, means something.
	bare bool
}{
	"skip":     {bare: true},
	"wrap":     {bare: true},
	"breaker":  {keys: breakerKeys, bare: true},
	"retry":    {keys: retryKeys, bare: true},
	"timeout":  {keys: timeoutKeys, plain: (*reader).timeout},
	"bulkhead": {keys: bulkheadKeys, plain: (*reader).bulkhead},
	"circuit":  {keys: circuitKeys, plain: (*reader).circuit},
	"success":  {plain: (*reader).names},
	"ignore":   {plain: (*reader).names},
	"classify": {plain: (*reader).classify},
	"protocol": {plain: (*reader).protocol},
}

var (
	breakerKeys = map[string]value{
		"failure-rate": percent("FailureRate"),
		"min-calls":    count("MinCalls"),
		"window":       window,
		"open":         lengths("OpenFor", "MaxOpenFor"),
		"probes":       count("Probes"),
		"consecutive":  consecutive,
		"slow":         length("Slow"),
		"slow-rate":    percent("SlowRate"),
	}
	retryKeys    = map[string]value{"attempts": count("Attempts"), "backoff": lengths("Backoff", "MaxBackoff"), "on": nameList("On")}
	timeoutKeys  = map[string]value{"total": length("Total")}
	bulkheadKeys = map[string]value{"wait": length("Wait")}
	circuitKeys  = map[string]value{"key": text("Key"), "max": count("Max")}
)

// Read reads the directives of a comment, which was written at a site.
func Read(fset *token.FileSet, s *source.Site, doc *ast.CommentGroup, subject string, problems *problem.List) Settings {
	r := &reader{fset: fset, problems: problems, subject: subject, site: s, result: Settings{}}
	list, misspelt := Of(doc)
	for _, m := range misspelt {
		r.fault(m, "%q is no directive: write %s", m.Text, respelt(m.Text))
	}
	for _, d := range list {
		r.directive(d)
	}
	return r.result
}

func (r *reader) directive(d Directive) {
	_, known := grammar[d.Name.Text]
	off := slices.IndexFunc(d.words, func(w Word) bool { return w.Text == "off" })
	if d.Name.Text == "skip" || d.Name.Text == "wrap" || d.Name.Text == "circuit" || d.Name.Text == "protocol" {
		off = -1 // They are no links.
	}
	switch {
	case !known:
		r.unknown(d)
	case len(d.words) == 0:
		r.bare(d)
	case off >= 0 && len(d.words) > 1:
		r.fault(d.words[off], "off leaves nothing for the rest of the line to set")
	case off >= 0:
		r.set(d, "Off", d.words[off], true)
	default:
		for _, w := range d.words {
			r.setting(d, w)
		}
	}
}

func (r *reader) unknown(d Directive) {
	name, value, isPair := strings.Cut(d.Name.Text, "=")
	if _, known := grammar[name]; known && isPair {
		r.fault(d.Name, "unknown directive %q: write %s %s", d.Name.Text, name, value)
		return
	}
	known := slices.Collect(maps.Keys(grammar))
	r.fault(d.Name, "unknown directive %q%s", d.Name.Text, problem.Suggest(d.Name.Text, known))
}

// bare reads a directive without a word.
func (r *reader) bare(d Directive) {
	if !grammar[d.Name.Text].bare {
		r.fault(d.Name, "%s needs a value: %s", d.Name.Text, usage[d.Name.Text])
	}
	field := "Default" // Sets nothing, but says that the link is wanted.
	if d.Name.Text == "skip" {
		field = "Off"
	}
	r.set(d, field, d.Name, true)
}

// setting reads one word of a directive.
func (r *reader) setting(d Directive, w Word) {
	rule := grammar[d.Name.Text]
	key, text, isPair := strings.Cut(w.Text, "=")
	parse := rule.keys[key]
	switch {
	case isPair && parse != nil:
		parse(r, d, Word{text, w.Pos + token.Pos(len(key)+1)})
	case isPair || rule.plain == nil:
		r.fault(w, "unknown setting %q%s", key, problem.Suggest(key, slices.Collect(maps.Keys(rule.keys))))
	default:
		rule.plain(r, d, w)
	}
}

// usage shows each directive that needs a word.
var usage = map[string]string{
	"timeout":  "write a length, as in timeout 300ms, or off",
	"bulkhead": "write a number of calls, as in bulkhead 10",
	"circuit":  "write a name, as in circuit users-api, or key=parameter",
	"success":  "write errors, as in success ErrNotFound *ValidationError",
	"ignore":   "write errors, as in ignore ErrShuttingDown",
	"classify": "write a function, as in classify classifyGRPC",
	"protocol": "write a name, as in protocol grpc, or none",
}

// set sets a field, once in a comment.
func (r *reader) set(d Directive, field string, w Word, value any) {
	name := d.Name.Text + "." + field
	if _, twice := r.result[name]; twice {
		r.fault(w, "%s is set twice", d.Name.Text)
		return
	}
	if r.contradicts(d, field, w) {
		return
	}
	r.result[name] = Setting{Value: value, Pos: w.Pos, Site: r.site}
}

// contradicts reports what sets a link that another line of the comment turns off, or
// the other way round.
func (r *reader) contradicts(d Directive, field string, w Word) bool {
	if d.Name.Text == "skip" || r.result.Off(d.Name.Text) == (field == "Off") || !r.result.Has(d.Name.Text) {
		return false
	}
	r.fault(w, "%s is off and set in one comment: keep one of the two", d.Name.Text)
	return true
}

func (r *reader) fault(w Word, format string, args ...any) {
	r.problems.Add(r.fset.Position(w.Pos), r.subject, format, args...)
}
