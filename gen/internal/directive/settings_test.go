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

// TestRead has each setting where it belongs, at the column where its value begins.
func TestRead(t *testing.T) {
	for line, want := range map[string]string{
		"skip": "Skip.Off=true@14",
		"wrap": "Wrap.Default=true@14",
		"breaker failure-rate=12.5% slow-rate=100%": "Breaker.FailureRate=0.125@35 Breaker.SlowRate=1@51",
		"breaker min-calls=1\tprobes=2":             "Breaker.MinCalls=1@32 Breaker.Probes=2@41",
		"breaker consecutive=off":                   "Breaker.Consecutive=-1@34",
		"breaker consecutive=3":                     "Breaker.Consecutive=3@34",
		"breaker window=100":                        "Breaker.WindowCalls=100@29",
		"breaker window=1m":                         "Breaker.Window=1m0s@29",
		"breaker open=1s..1s slow=1ns":              "Breaker.OpenFor=1s@27 Breaker.MaxOpenFor=1s@31 Breaker.Slow=1ns@39",
		"breaker":                                   "Breaker.Default=true@14",
		"breaker off":                               "Breaker.Off=true@22",
		"retry":                                     "Retry.Default=true@14",
		"retry attempts=2\n//breakergen:retry backoff=10ms..1s": "Retry.Attempts=2@29 Retry.Backoff=10ms@28 Retry.MaxBackoff=1s@34",
		"retry on=A,*B[C,D],E":                   "Retry.On=[A@23 *B[C,D]@25 E@33]@23",
		"timeout 300ms":                          "Timeout.Attempt=300ms@22",
		"timeout .5s":                            "Timeout.Attempt=500ms@22",
		"timeout 9s":                             "Timeout.Attempt=9s@22",
		"timeout detach total=2s":                "Timeout.Total=2s@35 Timeout.Detach=true@22",
		"bulkhead 10  wait=50ms":                 "Bulkhead.Limit=10@23 Bulkhead.Wait=50ms@32",
		"circuit users key=id max=7":             "Circuit.Name=users@22 Circuit.Key=id@32 Circuit.Max=7@39",
		"success A *p.B\n//breakergen:success C": "Success.Names=[A@22 *p.B@24 C@22]@22",
		"ignore A\n//breakergen:success B":       "Success.Names=[B@22]@22 Ignore.Names=[A@21]@21",
		"classify f":                             "Classify.Func=f@23@23",
		"protocol none":                          "Protocol.Name=none@23",
		"protocol redis":                         "Protocol.Name=redis@23",
	} {
		s, problems := readAll(t, line)
		if got := said(s, above+line); got != want || len(problems.All) > 0 {
			t.Errorf("%s: %q %v, want %q", line, got, problems.All, want)
		}
	}
}

// said lists what is set, and at which column of text.
func said(s Settings, text string) string {
	column := func(pos token.Pos) int {
		before := text[:pos-1]
		return len(before) - strings.LastIndex(before, "\n")
	}
	word := func(w Word) string { return fmt.Sprintf("%s@%d", w.Text, column(w.Pos)) }
	var list []string
	v := reflect.ValueOf(s)
	for directive := range v.Type().Fields() {
		for setting := range directive.Type.Fields() {
			fields := []reflect.StructField{setting}
			if setting.Anonymous {
				fields = slices.Collect(setting.Type.Fields())
			}
			for _, field := range fields {
				f := v.FieldByName(directive.Name).FieldByName(field.Name)
				mark := f.FieldByName("Mark").Interface().(Mark)
				if !mark.Set {
					continue
				}
				value := fmt.Sprint(f.FieldByName("Value"))
				switch v := f.FieldByName("Value").Interface().(type) {
				case Word:
					value = word(v)
				case []Word:
					var words []string
					for _, w := range v {
						words = append(words, word(w))
					}
					value = fmt.Sprint(words)
				}
				list = append(list, fmt.Sprintf("%s.%s=%s@%d", directive.Name, field.Name, value, column(mark.Pos)))
			}
		}
	}
	return strings.Join(list, " ")
}

// TestOf tells directives, what was meant to be one, and prose.
func TestOf(t *testing.T) {
	for comment, want := range map[string]string{
		"//breakergen:retry off":                "retry",
		"//breakergen:nonsense":                 "nonsense",
		"// breakergen:retry off":               "write //breakergen:retry off",
		"//breakergen: retry off":               "write //breakergen:retry off",
		"//breakergen:":                         "write //breakergen:name",
		"//BreakerGen :timeout 1s":              "write //breakergen:timeout 1s",
		"/*breakergen:retry off*/":              "write //breakergen:retry off",
		"/* breakergen: skip\nmore */":          "write //breakergen:skip",
		"//breakergen retry off":                "write //breakergen:retry off",
		"//breakergen\tskip":                    "write //breakergen:skip",
		"//breakergen makes wrappers":           "",
		"// breakergen retry off":               "",
		"// Of breakergen:retry off.":           "",
		"//breakergens:retry":                   "write //breakergen:retry",
		"//breakgen:retry off":                  "write //breakergen:retry off",
		"//breaker-gen:skip":                    "write //breakergen:skip",
		"//breaker:retry off":                   "write //breakergen:retry off",
		"//breaker:open":                        "", // none of ours, so another tool's
		"//broker:retry":                        "",
		"//circuitgen:skip":                     "",
		"// breaker:retry goes first":           "",
		"//breaker: retry goes first":           "",
		"//breakers of breaker:retry":           "",
		"/* About.\n\t//breakergen:skip\n*/":    "write //breakergen:skip",
		"/* About\n //breakergen:skip more\n*/": "write //breakergen:skip more",
		"/* About,\nas in //breakergen:skip */": "",
	} {
		list, misspelt := Of(&ast.CommentGroup{List: []*ast.Comment{{Text: comment}}})
		var got string
		switch {
		case len(list)+len(misspelt) > 1:
			t.Errorf("%q is both", comment)
		case len(list) > 0:
			got = list[0].Name.Text
		case len(misspelt) > 0:
			got = "write " + respelt(misspelt[0].Text)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", comment, got, want)
		}
	}
	if list, misspelt := Of(nil); list != nil || misspelt != nil {
		t.Error("no comment has a directive")
	}
}

func TestIsWrap(t *testing.T) {
	for comment, want := range map[string]bool{
		"//breakergen:wrap": true, "//breakergen:skip": false, "//breakergen:wrapped": false, "// breakergen:wrap": false,
	} {
		if got := IsWrap(&ast.CommentGroup{List: []*ast.Comment{{Text: comment}}}); got != want {
			t.Errorf("%q: %v", comment, got)
		}
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
		"protocol soap":                         `3:23: T: unknown protocol "soap": there are grpc, http, sql, redis, aws and none`,
		"protocol=grpc":                         `3:14: T: unknown directive "protocol=grpc": write protocol grpc`,
		"rety=3":                                `3:14: T: unknown directive "rety=3"; did you mean retry?`,
		"retries 5":                             `3:14: T: unknown directive "retries"; did you mean retry?`,
		"circuit-breaker off":                   `3:14: T: unknown directive "circuit-breaker"; did you mean breaker?`,
		"cache 1m":                              `3:14: T: unknown directive "cache": there are skip, wrap, breaker, retry, timeout, bulkhead, circuit, success, ignore, classify and protocol`,
		"bulkhead":                              "3:14: T: bulkhead needs a value: write a number of calls, as in bulkhead 10",
		"circuit":                               "3:14: T: circuit needs a value: write a name, as in circuit users-api, or key=parameter",
		"success":                               "3:14: T: success needs a value: write errors, as in success ErrNotFound *ValidationError",
		"ignore":                                "3:14: T: ignore needs a value: write errors, as in ignore ErrShuttingDown",
		"classify":                              "3:14: T: classify needs a value: write a function, as in classify classifyGRPC",
		"protocol":                              "3:14: T: protocol needs a value: write a name, as in protocol grpc, or none",
		"retry attempts=2 off":                  "3:31: T: off leaves nothing for the rest of the line to set",
		"retry off\n//breakergen:retry":         "4:14: T: retry is off and set in one comment: keep one of the two",
		"success A\n//breakergen:success off":   "4:22: T: success is off and set in one comment: keep one of the two",
		"ignore off\n//breakergen:ignore A":     "4:21: T: ignore is off and set in one comment: keep one of the two",
		"skip\n//breakergen:skip":               "4:14: T: skip is set twice",
		"skip now":                              `3:19: T: unknown setting "now"`,
		"breaker failure-rate=50":               `3:35: T: "50" is not a rate: write 50%, over 0% and at most 100%`,
		"breaker failure-rate=0%":               `3:35: T: "0%" is not a rate: write 50%, over 0% and at most 100%`,
		"breaker failure-rate=101%":             `3:35: T: "101%" is not a rate: write 50%, over 0% and at most 100%`,
		"breaker failure-rate=NaN%":             `3:35: T: "NaN%" is not a rate: write 50%, over 0% and at most 100%`,
		"breaker failure-rate=x%":               `3:35: T: "x%" is not a rate: write 50%, over 0% and at most 100%`,
		"breaker window=0":                      `3:29: T: "0" is not a number from 1`,
		"breaker window=soon":                   `3:29: T: "soon" is not a duration: write 300ms or 1m30s`,
		"breaker consecutive=never":             `3:34: T: "never" is not a number from 1`,
		"breaker open=1s..":                     `3:31: T: "" is not a duration: write 300ms or 1m30s`,
		"retry backoff=x..1s":                   `3:28: T: "x" is not a duration: write 300ms or 1m30s`,
		"retry on=A,":                           "3:24: T: no space after the comma",
		"timeout 300":                           `3:22: T: "300" is not a duration: write 300ms or 1m30s`,
		"timeout 0s":                            "3:22: T: 0s is not over 0: to have none, write off",
		"timeout -1s":                           "3:22: T: -1s is not over 0: to have none, write off",
		"timeout .x":                            `3:22: T: ".x" is not a duration: write 300ms or 1m30s`,
		"timeout detatch":                       `3:22: T: unknown setting "detatch"; did you mean detach?`,
		"timeout 1s 2s":                         "3:25: T: timeout is set twice",
		"circuit off":                           "3:22: T: circuit is no link: write skip, or breaker off",
		"circuit users api":                     "3:28: T: circuit is set twice: its name is one word, as in users-api",
		"circuit key=":                          "3:26: T: a value is missing",
		"classify a b":                          "3:25: T: classify is set twice",
		"bulkhead 1x":                           `3:23: T: "1x" is not a number from 1`,
	} {
		_, problems := readAll(t, line)
		if got := at(problems); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// above is what stands above a line and the rest of its directive.
const above = "package x\n\n//breakergen:"

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
	file, err := parser.ParseFile(fset, "", above+line+"\ntype T interface{}\n", parser.ParseComments)
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
