package directive

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// TestDirectives has each directive in the grammar, in Settings and in the list of all.
func TestDirectives(t *testing.T) {
	var fields []string
	for field := range reflect.TypeFor[Settings]().Fields() {
		fields = append(fields, strings.ToLower(field.Name))
	}
	for name, list := range map[string][]string{"the grammar": slices.Collect(maps.Keys(grammar)), "Settings": fields} {
		slices.Sort(list)
		if want := slices.Sorted(slices.Values(directives)); !slices.Equal(list, want) {
			t.Errorf("%s has %q, the list %q", name, list, want)
		}
	}
}

// TestSettings_Over has a method's settings go over its interface's, one by one.
func TestSettings_Over(t *testing.T) {
	const second = time.Second
	for _, test := range []struct {
		name, common, own string
		holds             func(s Settings) bool
	}{
		{"the other settings stay", "retry attempts=5", "retry backoff=1s", func(s Settings) bool {
			return s.Retry.Attempts.Value == 5 && s.Retry.Backoff.Value == second && !s.Retry.Attempts.Own && s.Retry.Backoff.Own
		}},
		{"a value goes over another", "timeout 5s", "timeout 1s", func(s Settings) bool {
			return s.Timeout.Attempt.Value == second && s.Own("timeout")
		}},
		{"off drops what was set", "timeout 5s total=9s", "timeout off", func(s Settings) bool {
			return s.Timeout.Off.Set && !s.Timeout.Attempt.Set && !s.Timeout.Total.Set
		}},
		{"a setting turns on again", "retry off", "retry attempts=2", func(s Settings) bool {
			return !s.Retry.Off.Set && s.Retry.Attempts.Value == 2
		}},
		{"a link ends a skip", "skip", "breaker", func(s Settings) bool {
			return !s.Skip.Off.Set && s.Breaker.Default.Set
		}},
		{"wrap doesn't end a skip", "skip", "wrap", func(s Settings) bool {
			return s.Skip.Off.Set && s.Wrap.Default.Set
		}},
		{"a count of calls replaces a time", "breaker window=9s", "breaker window=100", func(s Settings) bool {
			return !s.Breaker.Window.Set && s.Breaker.WindowCalls.Value == 100
		}},
		{"a time replaces a count of calls", "breaker window=100", "breaker window=9s", func(s Settings) bool {
			return !s.Breaker.WindowCalls.Set && s.Breaker.Window.Value == 9*second
		}},
		{"lists replace", "success A B", "success C", func(s Settings) bool {
			return len(s.Success.Names.Value) == 1 && s.Success.Names.Value[0].Text == "C"
		}},
		{"nothing is said twice", "circuit a", "ignore X", func(s Settings) bool {
			return s.Circuit.Name.Value == "a" && !s.Own("circuit") && s.Own("circuit", "ignore") && s.First("circuit").Set
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			common, own := read(t, test.common), read(t, test.own)
			if merged := common.Over(own.OfMethod()); !test.holds(merged) {
				t.Errorf("%q over %q: %+v", test.own, test.common, merged)
			}
			if common.Own(directives...) {
				t.Error("the interface's own settings were changed")
			}
		})
	}
}

// TestRead_Problems has each line refused where it goes wrong.
func TestRead_Problems(t *testing.T) {
	for line, want := range map[string]string{
		"rety attempts=2":                       `3:14: T: unknown directive "rety"; did you mean retry?`,
		"retry attempts=0":                      `3:29: T: "0" is not a number from 1`,
		"retry atempts=2":                       `3:20: T: unknown setting "atempts"; did you mean attempts?`,
		"retry none":                            `3:20: T: unknown setting "none": write retry off`,
		"breaker false":                         `3:22: T: unknown setting "false": write breaker off`,
		"timeout never":                         `3:22: T: unknown setting "never": write timeout off`,
		"bulkhead no":                           `3:23: T: unknown setting "no": write bulkhead off`,
		"retry 5":                               `3:20: T: unknown setting "5": write attempts=5`,
		"timeout attempt=300ms":                 `3:22: T: unknown setting "attempt": write timeout 300ms`,
		"bulkhead limit=10":                     `3:23: T: unknown setting "limit": write bulkhead 10`,
		"circuit none=1":                        `3:22: T: unknown setting "none"`,
		"timeout":                               "3:14: T: timeout needs a value: write a length, as in timeout 300ms, or off",
		"breaker open=5s..1s":                   "3:31: T: 1s is less than the 5s that it begins with",
		"bulkhead 1\n//breakergen:bulkhead 2":   "4:23: T: bulkhead is set twice",
		"bulkhead off\n//breakergen:bulkhead 2": "4:23: T: bulkhead is off and set in one comment: keep one of the two",
		"protocol grcp":                         `3:23: T: unknown protocol "grcp"; did you mean grpc?`,
	} {
		_, problems := readAll(t, line)
		if got := at(problems); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func read(t *testing.T, line string) Settings {
	t.Helper()
	s, problems := readAll(t, line)
	if len(problems.All) > 0 {
		t.Fatal(problems.All)
	}
	return s
}

func readAll(t *testing.T, line string) (Settings, problem.List) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", "package x\n\n//breakergen:"+line+"\ntype T interface{}\n", parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	doc := file.Decls[0].(*ast.GenDecl).Doc
	var problems problem.List
	return Read(fset, &source.Site{File: file, Doc: doc}, doc, "T", &problems), problems
}

// at returns the one problem of a list, and where it is.
func at(problems problem.List) string {
	if len(problems.All) != 1 {
		return ""
	}
	p := problems.All[0]
	return fmt.Sprintf("%d:%d: %s", p.Pos.Line, p.Pos.Column, p)
}
