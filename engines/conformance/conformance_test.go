package conformance

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/bubble"
	"github.com/breakergen/breakergen/runtime"
)

var update = flag.Bool("update", false, "write CONFORMANCE.md")

// property is what a breaker is to do. holds says what is wrong by subject.wrong.
type property struct {
	name  string
	holds func(*subject)
}

var properties = slices.Concat(opening, halfOpen, faults, telling)

var orders = []struct {
	name  string
	order runtime.Order
}{{"breaker,retry,timeout", runtime.BreakerFirst}, {"retry,breaker,timeout", runtime.RetryFirst}}

// Each engine holds each property, in both orders, but for those that deviations names; and
// where it deviates no more, the table is to be mended.
func TestConformance(t *testing.T) {
	for _, engine := range all.Engines() {
		for _, order := range orders {
			t.Run(engine.Name+"/"+order.name, func(t *testing.T) {
				for _, p := range properties {
					problem := try(t, engine.Engine, order.order, p)
					reason := deviations[engine.Name][p.name]
					switch {
					case problem != "" && reason == "":
						t.Errorf("%s: %s", p.name, problem)
					case problem == "" && reason != "":
						t.Errorf("%s: it holds, though %q", p.name, reason)
					}
				}
			})
		}
	}
	checkTable(t)
	if t.Failed() {
		return
	}
	const file = "../CONFORMANCE.md"
	want := report()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("CONFORMANCE.md is stale (%v): go -C engines test ./conformance -update", err)
	}
}

// checkTable refuses deviations of what there isn't.
func checkTable(t *testing.T) {
	names := map[string]bool{}
	for _, p := range properties {
		if names[p.name] {
			t.Errorf("two properties are called %q", p.name)
		}
		names[p.name] = true
	}
	for engine, reasons := range deviations {
		if !slices.ContainsFunc(all.Engines(), func(e all.Engine) bool { return e.Name == engine }) {
			t.Errorf("deviations of %q, which isn't there", engine)
		}
		for name := range reasons {
			if !names[name] {
				t.Errorf("%s deviates from %q, which isn't there", engine, name)
			}
		}
	}
	if len(deviations[all.BuiltIn]) > 0 {
		t.Error("the built-in breaker is to hold all")
	}
}

// try returns what is wrong with a property, "" for nothing.
func try(t *testing.T, engine runtime.Engine, order runtime.Order, p property) (problem string) {
	left := bubble.Run(t, func(*testing.T) {
		s := newSubject(engine, order)
		p.holds(s)
		s.mu.Lock()
		defer s.mu.Unlock()
		problem = strings.Join(s.problems, "; ")
	})
	if left && p.name == leavesNothing {
		problem = "it leaves goroutines behind"
	}
	return problem
}
