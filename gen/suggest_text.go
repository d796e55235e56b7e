package gen

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/breakergen/breakergen/templates"
)

// Write writes the suggestions for a reader.
func (s *Suggestions) Write(w io.Writer) error {
	var b strings.Builder
	switch n := len(s.List); n {
	case 0:
		b.WriteString("nothing looks worth a wrapper there")
	case 1:
		b.WriteString("1 type looks worth a wrapper")
	default:
		fmt.Fprintf(&b, "%d types look worth a wrapper, the surest first", n)
	}
	switch s.Asked {
	case 0:
	case 1:
		b.WriteString("; 1 has a directive already")
	default:
		fmt.Fprintf(&b, "; %d have a directive already", s.Asked)
	}
	b.WriteString("\n")
	if len(s.List) > 0 {
		b.WriteString("Each directive goes above the declaration at its line, with an empty line between.\n" +
			"Once it is there, -explain shows all that each method gets.\n")
		if slices.ContainsFunc(s.List, func(one Suggestion) bool { return one.concrete }) {
			b.WriteString("Where it names a struct, what holds that needs an interface of the methods that it calls instead.\n" +
				"To wrap that interface is as good, and less code.\n")
		}
	}
	for _, one := range s.List {
		fmt.Fprintf(&b, "\n%s (%s): %s\n%s:%d\n%s\n", one.Name, one.Certainty, one.Reason, one.File, one.Line, one.Directive)
		for _, line := range treatments(one.Methods) {
			b.WriteString("    " + line + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mostTreatments is how many lines a suggestion takes at most for what its methods get, and
// mostNames how many methods one of them names.
const (
	mostTreatments = 5
	mostNames      = 3
)

// treatments says what methods would get, those that get the same in a line.
func treatments(rows []templates.Row) []string {
	var order []string
	names := map[string][]string{}
	for _, row := range rows {
		text := treatment(row)
		if names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], row.Method)
	}
	// What most methods get comes first, and last what few do and what is no treatment.
	slices.SortStableFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(isThrough(a), isThrough(b)), cmp.Compare(len(names[b]), len(names[a])))
	})
	left := 0
	if len(order) > mostTreatments {
		for _, text := range order[mostTreatments-1:] {
			left += len(names[text])
		}
		order = order[:mostTreatments-1]
	}
	width := 0
	for _, text := range order {
		width = max(width, utf8.RuneCountInString(some(names[text])))
	}
	var lines []string
	for _, text := range order {
		lines = append(lines, fmt.Sprintf("%-*s  %s", width, some(names[text]), text))
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("and %d more methods", left))
	}
	return lines
}

// through begins the treatment of a method that gets none.
const through = "straight through"

func isThrough(text string) int {
	if strings.HasPrefix(text, through) {
		return 1
	}
	return 0
}

// treatment says what a method would get, in short: not which result lives on after the timeout.
func treatment(row templates.Row) string {
	if row.Through != "" {
		return through + " (" + row.Through + ")"
	}
	attempts, only, _ := strings.Cut(strings.TrimSuffix(row.Retry, ")"), " (")
	attempts, on, retried := strings.Cut(attempts, " on ")
	if retried {
		only = strings.TrimSuffix("on "+on+"; "+only, "; ")
	}
	if only != "" {
		attempts += " (" + only + ")"
	}
	result, _, _ := strings.Cut(row.LivesOn, ", which holds ")
	timeout := strings.Replace(row.Timeout, " ("+result+" lives on)", "", 1)
	breaker := "breaker, "
	if row.Breaker == "off" {
		breaker = "no breaker, "
	}
	return breaker + link("retry", attempts) + ", " + link("timeout", timeout)
}

// link says what a cell of the table says of a link: "no retry (why)", or "timeout 1s".
func link(name, cell string) string {
	for _, off := range []string{"off", "none"} {
		if why, ok := strings.CutPrefix(cell, off); ok {
			return "no " + name + why
		}
	}
	return name + " " + cell
}

// some lists names, those at the end as a number where they are many.
func some(names []string) string {
	if len(names) <= mostNames+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNames], ", "), len(names)-mostNames)
}
