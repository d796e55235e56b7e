package directive

import (
	"go/token"
	"maps"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// Settings is what directives ask for: the value of each setting by its name,
// such as "retry.Attempts", where the part before the dot is the directive and the
// part after it the field of the policy.
type Settings map[string]Setting

// Setting is a value: a bool, int, float64, [time.Duration], string or []word.
type Setting struct {
	Value any
	Pos   token.Pos
	Site  *source.Site // where it was written
	Own   bool         // by the method itself
}

// Has says whether any setting of a directive is there.
func (s Settings) Has(directive string) bool {
	_, ok := s.First(directive)
	return ok
}

// First returns the setting of a directive that was written first.
func (s Settings) First(directive string) (found Setting, ok bool) {
	for name, v := range s {
		if d, _, _ := strings.Cut(name, "."); d == directive && (!ok || v.Pos < found.Pos) {
			found, ok = v, true
		}
	}
	return found, ok
}

// Own says whether the method's own directive sets any of these.
func (s Settings) Own(directives ...string) bool {
	for name, v := range s {
		for _, d := range directives {
			if v.Own && strings.HasPrefix(name, d+".") {
				return true
			}
		}
	}
	return false
}

func (s Settings) Off(directive string) bool { return s[directive+".Off"].Value == true }

// Drop removes all settings of a directive.
func (s Settings) Drop(directive string) {
	for name := range s {
		if strings.HasPrefix(name, directive+".") {
			delete(s, name)
		}
	}
}

// Over returns s with the settings of next over it, one by one.
func (s Settings) Over(next Settings) Settings {
	merged := maps.Clone(s)
	if merged == nil {
		merged = Settings{}
	}
	for name := range next {
		directive, field, _ := strings.Cut(name, ".")
		switch {
		case field == "Off":
			merged.Drop(directive)
		case name == "breaker.Window":
			delete(merged, "breaker.WindowCalls")
		case name == "breaker.WindowCalls":
			delete(merged, "breaker.Window")
		}
		delete(merged, directive+".Off")
		if directive != "skip" && directive != "wrap" {
			delete(merged, "skip.Off")
		}
	}
	maps.Copy(merged, next)
	return merged
}

// OfMethod marks the settings as the method's own.
func (s Settings) OfMethod() Settings {
	for name, v := range s {
		v.Own = true
		s[name] = v
	}
	return s
}
