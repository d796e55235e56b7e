package directive

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

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
		"failure-rate": percent(func(s *Settings) *Setting[float64] { return &s.Breaker.FailureRate }),
		"min-calls":    count(func(s *Settings) *Setting[int] { return &s.Breaker.MinCalls }),
		"window":       window,
		"open":         lengths(openFor, maxOpenFor),
		"probes":       count(func(s *Settings) *Setting[int] { return &s.Breaker.Probes }),
		"consecutive":  consecutive,
		"slow":         length(func(s *Settings) *Setting[time.Duration] { return &s.Breaker.Slow }),
		"slow-rate":    percent(func(s *Settings) *Setting[float64] { return &s.Breaker.SlowRate }),
	}
	retryKeys = map[string]value{
		"attempts": count(func(s *Settings) *Setting[int] { return &s.Retry.Attempts }),
		"backoff":  lengths(backoff, maxBackoff),
		"on":       nameList(func(s *Settings) *Setting[[]Word] { return &s.Retry.On }),
	}
	timeoutKeys = map[string]value{
		"total": length(func(s *Settings) *Setting[time.Duration] { return &s.Timeout.Total }),
	}
	bulkheadKeys = map[string]value{
		"wait": length(func(s *Settings) *Setting[time.Duration] { return &s.Bulkhead.Wait }),
	}
	circuitKeys = map[string]value{
		"key": text(func(s *Settings) *Setting[string] { return &s.Circuit.Key }),
		"max": count(func(s *Settings) *Setting[int] { return &s.Circuit.Max }),
	}
)

func openFor(s *Settings) *Setting[time.Duration]    { return &s.Breaker.OpenFor }
func maxOpenFor(s *Settings) *Setting[time.Duration] { return &s.Breaker.MaxOpenFor }
func backoff(s *Settings) *Setting[time.Duration]    { return &s.Retry.Backoff }
func maxBackoff(s *Settings) *Setting[time.Duration] { return &s.Retry.MaxBackoff }

// Read reads the directives of a comment, which was written at a site.
func Read(fset *token.FileSet, s *source.Site, doc *ast.CommentGroup, subject string, problems *problem.List) Settings {
	r := &reader{fset: fset, problems: problems, subject: subject, site: s}
	list, misspelt := Of(doc)
	for _, m := range misspelt {
		if written := respelt(m.Text); written != m.Text {
			r.fault(m, "%q is no directive: write %s", m.Text, written)
		} else {
			r.fault(m, "%q is no directive within /* and */: give it a line of its own below", m.Text)
		}
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
		set(r, d, &r.result.link(d.Name.Text).Off, d.words[off], true)
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
	hint := problem.Suggest(name, directives)
	if hint == "" {
		last := len(directives) - 1
		hint = fmt.Sprintf(": there are %s and %s", strings.Join(directives[:last], ", "), directives[last])
	}
	r.fault(d.Name, "unknown directive %q%s", d.Name.Text, hint)
}

// bare reads a directive without a word.
func (r *reader) bare(d Directive) {
	if !grammar[d.Name.Text].bare {
		r.fault(d.Name, "%s needs a value: %s", d.Name.Text, usage[d.Name.Text])
	}
	link := r.result.link(d.Name.Text)
	if d.Name.Text == "skip" {
		set(r, d, &link.Off, d.Name, true)
		return
	}
	set(r, d, &link.Default, d.Name, true) // Sets nothing, but says that the link is wanted.
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
		r.unknownSetting(d, w, slices.Collect(maps.Keys(rule.keys)))
	default:
		rule.plain(r, d, w)
	}
}

// unknownSetting reports a word that a directive doesn't know, with what to write for it: other
// words for off, and what a file of settings has a key for and a directive none.
func (r *reader) unknownSetting(d Directive, w Word, known []string) {
	key, value, _ := strings.Cut(w.Text, "=")
	_, notNumber := strconv.Atoi(key)
	hint := problem.Suggest(key, known)
	switch link := d.Name.Text; {
	case slices.Contains(links, link) && slices.Contains(offWords, strings.ToLower(key)):
		hint = ": write " + link + " off"
	case link == "retry" && notNumber == nil:
		hint = ": write attempts=" + key
	case link == "timeout" && key == "attempt", link == "bulkhead" && key == "limit":
		hint = fmt.Sprintf(": write %s %s", link, value)
	}
	r.fault(w, "unknown setting %q%s", key, hint)
}

// links are the directives of what can be turned off.
var links = []string{"breaker", "retry", "timeout", "bulkhead"}

// offWords are those that others have for off.
var offWords = []string{"none", "no", "never", "false", "disabled"}

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

// set sets one of the reader's settings, once in a comment.
func set[T any](r *reader, d Directive, s *Setting[T], w Word, value T) {
	if s.Set {
		r.fault(w, "%s is set twice", d.Name.Text)
		return
	}
	if r.contradicts(d, s, w) {
		return
	}
	*s = Setting[T]{Mark{Set: true, Pos: w.Pos, Site: r.site}, value}
}

// contradicts reports what sets a link that another line of the comment turns off, or
// the other way round.
func (r *reader) contradicts(d Directive, s setting, w Word) bool {
	off := &r.result.link(d.Name.Text).Off
	if d.Name.Text == "skip" || off.Set == (s == setting(off)) || !r.result.Has(d.Name.Text) {
		return false
	}
	r.fault(w, "%s is off and set in one comment: keep one of the two", d.Name.Text)
	return true
}

func (r *reader) fault(w Word, format string, args ...any) {
	r.problems.Add(r.fset.Position(w.Pos), r.subject, format, args...)
}
