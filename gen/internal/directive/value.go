package directive

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
type value func(*reader, Directive, Word)

// field is a place among settings.
type field[T any] func(*Settings) *Setting[T]

// count reads a whole number from 1.
func count(of field[int]) value {
	return func(r *reader, d Directive, w Word) {
		if n, err := strconv.Atoi(w.Text); err != nil || n < 1 {
			r.fault(w, "%q is not a number from 1", w.Text)
		} else {
			set(r, d, of(&r.result), w, n)
		}
	}
}

// percent reads a rate over 0%, at most 100%.
func percent(of field[float64]) value {
	return func(r *reader, d Directive, w Word) {
		number, ok := strings.CutSuffix(w.Text, "%")
		rate, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil || !(rate > 0 && rate <= 100) {
			r.fault(w, "%q is not a rate: write 50%%, over 0%% and at most 100%%", w.Text)
			return
		}
		set(r, d, of(&r.result), w, rate/100)
	}
}

// length reads a duration over 0.
func length(of field[time.Duration]) value {
	return func(r *reader, d Directive, w Word) {
		if t, ok := r.duration(w); ok {
			set(r, d, of(&r.result), w, t)
		}
	}
}

func (r *reader) duration(w Word) (time.Duration, bool) {
	t, err := time.ParseDuration(w.Text)
	if err != nil {
		r.fault(w, "%q is not a duration: write 300ms or 1m30s", w.Text)
		return 0, false
	}
	if t <= 0 {
		r.fault(w, "%s is not over 0: to have none, write off", w.Text)
		return 0, false
	}
	return t, true
}

// window reads a duration, or a number of calls.
func window(r *reader, d Directive, w Word) {
	if _, err := strconv.Atoi(w.Text); err == nil {
		count(func(s *Settings) *Setting[int] { return &s.Breaker.WindowCalls })(r, d, w)
		return
	}
	length(func(s *Settings) *Setting[time.Duration] { return &s.Breaker.Window })(r, d, w)
}

// consecutive reads a number of failures; off is never.
func consecutive(r *reader, d Directive, w Word) {
	if w.Text == "off" {
		set(r, d, &r.result.Breaker.Consecutive, w, -1)
		return
	}
	count(func(s *Settings) *Setting[int] { return &s.Breaker.Consecutive })(r, d, w)
}

// lengths reads a first length, and after two dots the greatest that it grows to.
func lengths(of, growsTo field[time.Duration]) value {
	return func(r *reader, d Directive, w Word) {
		first, most, both := strings.Cut(w.Text, "..")
		least, ok := r.duration(Word{first, w.Pos})
		if !ok {
			return
		}
		set(r, d, of(&r.result), w, least)
		if !both {
			return
		}
		end := w.from(len(first) + len(".."))
		greatest, ok := r.duration(Word{most, end.Pos})
		switch {
		case ok && greatest < least:
			r.fault(end, "%s is less than the %s that it begins with", most, first)
		case ok:
			set(r, d, growsTo(&r.result), end, greatest)
		}
	}
}

// text takes a value as it is.
func text(of field[string]) value {
	return func(r *reader, d Directive, w Word) {
		if w.Text == "" {
			r.fault(w, "a value is missing")
			return
		}
		set(r, d, of(&r.result), w, w.Text)
	}
}

// nameList reads names with commas between them.
func nameList(of field[[]Word]) value {
	return func(r *reader, d Directive, w Word) {
		if strings.HasSuffix(w.Text, ",") {
			r.fault(w.from(len(w.Text)-1), "no space after the comma")
			return
		}
		set(r, d, of(&r.result), w, w.list())
	}
}

// names reads one name of a list.
func (r *reader) names(d Directive, w Word) {
	s := &r.result.Success.Names
	if d.Name.Text == "ignore" {
		s = &r.result.Ignore.Names
	}
	if !s.Set {
		if r.contradicts(d, s, w) {
			return
		}
		s.Mark = Mark{Set: true, Pos: w.Pos, Site: r.site}
	}
	s.Value = append(s.Value, w)
}

func (r *reader) classify(d Directive, w Word) { set(r, d, &r.result.Classify.Func, w, w) }

func (r *reader) circuit(d Directive, w Word) {
	name := &r.result.Circuit.Name
	switch {
	case w.Text == "off":
		r.fault(w, "circuit is no link: write skip, or breaker off")
	case name.Set:
		r.fault(w, "circuit is set twice: its name is one word, as in users-api")
	default:
		set(r, d, name, w, w.Text)
	}
}

func (r *reader) timeout(d Directive, w Word) {
	if w.Text == "detach" {
		set(r, d, &r.result.Timeout.Detach, w, true)
		return
	}
	if w.Text != "" && (w.Text[0] < '0' || w.Text[0] > '9') && w.Text[0] != '-' && w.Text[0] != '.' {
		r.unknownSetting(d, w, []string{"detach", "off"})
		return
	}
	length(func(s *Settings) *Setting[time.Duration] { return &s.Timeout.Attempt })(r, d, w)
}

func (r *reader) bulkhead(d Directive, w Word) {
	if slices.Contains(offWords, w.Text) {
		r.unknownSetting(d, w, nil)
		return
	}
	count(func(s *Settings) *Setting[int] { return &s.Bulkhead.Limit })(r, d, w)
}

// protocol reads the name of a protocol.
func (r *reader) protocol(d Directive, w Word) {
	if w.Text != protocol.None && !slices.Contains(protocol.All, w.Text) {
		hint := fmt.Sprintf(": there are %s and none", strings.Join(protocol.All, ", "))
		if near := problem.Suggest(w.Text, append(slices.Clone(protocol.All), protocol.None)); near != "" {
			hint = near
		}
		r.fault(w, "unknown protocol %q%s", w.Text, hint)
		return
	}
	set(r, d, &r.result.Protocol.Name, w, w.Text)
}
