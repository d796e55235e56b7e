package gen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/protocol"
)

// value reads the value of a key=value setting.
type value func(*reader, directive, word)

// count reads a whole number from 1.
func count(field string) value {
	return func(r *reader, d directive, w word) {
		if n, err := strconv.Atoi(w.text); err != nil || n < 1 {
			r.fault(w, "%q is not a number from 1", w.text)
		} else {
			r.set(d, field, w, n)
		}
	}
}

// percent reads a rate over 0%, at most 100%.
func percent(field string) value {
	return func(r *reader, d directive, w word) {
		number, ok := strings.CutSuffix(w.text, "%")
		rate, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil || !(rate > 0 && rate <= 100) {
			r.fault(w, "%q is not a rate: write 50%%, over 0%% and at most 100%%", w.text)
			return
		}
		r.set(d, field, w, rate/100)
	}
}

// length reads a duration over 0.
func length(field string) value {
	return func(r *reader, d directive, w word) {
		if t, ok := r.duration(w); ok {
			r.set(d, field, w, t)
		}
	}
}

func (r *reader) duration(w word) (time.Duration, bool) {
	t, err := time.ParseDuration(w.text)
	if err != nil {
		r.fault(w, "%q is not a duration: write 300ms or 1m30s", w.text)
		return 0, false
	}
	if t <= 0 {
		r.fault(w, "%s is not over 0: to have none, write off", w.text)
		return 0, false
	}
	return t, true
}

// window reads a duration, or a number of calls.
func window(r *reader, d directive, w word) {
	if _, err := strconv.Atoi(w.text); err == nil {
		count("WindowCalls")(r, d, w)
		return
	}
	length("Window")(r, d, w)
}

// consecutive reads a number of failures; off is never.
func consecutive(r *reader, d directive, w word) {
	if w.text == "off" {
		r.set(d, "Consecutive", w, -1)
		return
	}
	count("Consecutive")(r, d, w)
}

// lengths reads a first length, and after two dots the greatest that it grows to.
func lengths(field, growsTo string) value {
	return func(r *reader, d directive, w word) {
		first, most, both := strings.Cut(w.text, "..")
		least, ok := r.duration(word{first, w.pos})
		if !ok {
			return
		}
		r.set(d, field, w, least)
		if !both {
			return
		}
		end := w.from(len(first) + len(".."))
		greatest, ok := r.duration(word{most, end.pos})
		switch {
		case ok && greatest < least:
			r.fault(end, "%s is less than the %s that it begins with", most, first)
		case ok:
			r.set(d, growsTo, end, greatest)
		}
	}
}

// text takes a value as it is.
func text(field string) value {
	return func(r *reader, d directive, w word) {
		if w.text == "" {
			r.fault(w, "a value is missing")
			return
		}
		r.set(d, field, w, w.text)
	}
}

// nameList reads names with commas between them.
func nameList(field string) value {
	return func(r *reader, d directive, w word) {
		if strings.HasSuffix(w.text, ",") {
			r.fault(w.from(len(w.text)-1), "no space after the comma")
			return
		}
		r.set(d, field, w, w.list())
	}
}

// names reads one name of a list.
func (r *reader) names(d directive, w word) {
	name := d.name.text + ".Names"
	s, ok := r.result[name]
	if !ok {
		if r.contradicts(d, "Names", w) {
			return
		}
		s = setting{value: []word(nil), pos: w.pos, site: r.site}
	}
	s.value = append(s.value.([]word), w)
	r.result[name] = s
}

func (r *reader) classify(d directive, w word) { r.set(d, "Func", w, []word{w}) }

func (r *reader) circuit(d directive, w word) {
	_, twice := r.result["circuit.Name"]
	switch {
	case w.text == "off":
		r.fault(w, "circuit is no link: write skip, or breaker off")
	case twice:
		r.fault(w, "circuit is set twice: its name is one word, as in users-api")
	default:
		r.set(d, "Name", w, w.text)
	}
}

func (r *reader) timeout(d directive, w word) {
	if w.text == "detach" {
		r.set(d, "Detach", w, true)
		return
	}
	if w.text != "" && (w.text[0] < '0' || w.text[0] > '9') && w.text[0] != '-' && w.text[0] != '.' {
		r.fault(w, "unknown setting %q%s", w.text, problem.Suggest(w.text, []string{"detach", "off"}))
		return
	}
	length("Attempt")(r, d, w)
}

func (r *reader) bulkhead(d directive, w word) { count("Limit")(r, d, w) }

// protocol reads the name of a protocol.
func (r *reader) protocol(d directive, w word) {
	if w.text != protocol.None && !slices.Contains(protocol.All, w.text) {
		hint := fmt.Sprintf(": there are %s and none", strings.Join(protocol.All, ", "))
		if near := problem.Suggest(w.text, append(slices.Clone(protocol.All), protocol.None)); near != "" {
			hint = near
		}
		r.fault(w, "unknown protocol %q%s", w.text, hint)
		return
	}
	r.set(d, "Name", w, w.text)
}
