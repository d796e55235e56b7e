package gen

import (
	"go/token"
	"maps"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// settings is what directives ask for: the value of each setting by its name,
// such as "retry.Attempts", where the part before the dot is the directive and the
// part after it the field of the policy.
type settings map[string]setting

// setting is a value: a bool, int, float64, [time.Duration], string or []word.
type setting struct {
	value any
	pos   token.Pos
	site  *source.Site // where it was written
	own   bool         // by the method itself
}

// has says whether any setting of a directive is there.
func (s settings) has(directive string) bool {
	_, ok := s.first(directive)
	return ok
}

// first returns the setting of a directive that was written first.
func (s settings) first(directive string) (found setting, ok bool) {
	for name, v := range s {
		if d, _, _ := strings.Cut(name, "."); d == directive && (!ok || v.pos < found.pos) {
			found, ok = v, true
		}
	}
	return found, ok
}

// own says whether the method's own directive sets any of these.
func (s settings) own(directives ...string) bool {
	for name, v := range s {
		for _, d := range directives {
			if v.own && strings.HasPrefix(name, d+".") {
				return true
			}
		}
	}
	return false
}

func (s settings) off(directive string) bool { return s[directive+".Off"].value == true }

// drop removes all settings of a directive.
func (s settings) drop(directive string) {
	for name := range s {
		if strings.HasPrefix(name, directive+".") {
			delete(s, name)
		}
	}
}

// over returns s with the settings of next over it, one by one.
func (s settings) over(next settings) settings {
	merged := maps.Clone(s)
	if merged == nil {
		merged = settings{}
	}
	for name := range next {
		directive, field, _ := strings.Cut(name, ".")
		switch {
		case field == "Off":
			merged.drop(directive)
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

// ofMethod marks the settings as the method's own.
func (s settings) ofMethod() settings {
	for name, v := range s {
		v.own = true
		s[name] = v
	}
	return s
}
