package main

import (
	"fmt"
	"strings"
	"time"
)

// row is what one tool's output costs.
type row struct {
	shape   string
	methods int
	tool    string

	made   compiled // the package with what it has written
	holder compiled // a package that names that
	empty  compiled // an empty package, built beside them
	binary int64    // a program that uses it
}

// report returns the rows as a table.
func report(rows []row) string {
	var b strings.Builder
	b.WriteString("| arguments and results | methods | written by | build | a method | object | a method | build of a package that names it (of an empty one) | program |\n")
	b.WriteString("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		per := func(d time.Duration) string {
			return fmt.Sprintf("%.1f ms", float64(d-r.empty.Time)/float64(r.methods)/1e6)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %.2f s | %s | %.1f MB | %.0f kB | %.2f s (%.2f s) | %.1f MB |\n",
			r.shape, r.methods, r.tool, r.made.Time.Seconds(), per(r.made.Time),
			float64(r.made.Size)/1e6, float64(r.made.Size-r.empty.Size)/float64(r.methods)/1e3,
			r.holder.Time.Seconds(), r.empty.Time.Seconds(), float64(r.binary)/1e6)
	}
	return b.String()
}
