package main

import (
	"fmt"
	"os"
	goruntime "runtime"
	"strings"
	"time"
)

// kinds of measurement: the columns.
var kinds = []struct {
	name       string
	goroutines int
	of         func(contender) call
}{
	{"passing/1", 1, contender.passing},
	{"passing/75", 75, contender.passing},
	{"rejecting/1", 1, contender.rejecting},
	{"rejecting/75", 75, contender.rejecting},
}

// row is one contender's measurements, one a kind.
type row struct {
	name string
	of   []measured
}

// against measures contenders, each in turns with a first one.
func against(first contender, others []contender, rounds int) []row {
	rows := make([]row, 1+len(others))
	rows[0].name = first.name
	for i, other := range others {
		rows[i+1].name = other.name
	}
	for _, kind := range kinds {
		base := kind.of(first)
		var last measured
		for i, other := range others {
			var m measured
			last, m = duel(base, kind.of(other), kind.goroutines, rounds)
			rows[i+1].of = append(rows[i+1].of, m)
		}
		rows[0].of = append(rows[0].of, last)
	}
	return rows
}

// report measures all, and is BENCHMARKS.md.
func report(rounds int) string {
	engines, chain := wrapped(), chains()
	ours, ourChain := engines[0], chain[0]
	through := against(ours, engines[1:], rounds)
	alone := against(ours, bare(), rounds)
	whole := against(ourChain, chain[1:], rounds)

	var b strings.Builder
	fmt.Fprintf(&b, `# How fast breakers are

One method that answers at once, through a generated wrapper with the built-in breaker, and
beside it, measured in turns, in batches of a millisecond. The fastest of %d batches counts, as what else
the machine does can only make one slower; so what garbage costs is hardly in it, but in the
last table. 75 goroutines share the cores, and their time is that in which all calls are made, by
their number. Rejecting is by an open circuit. Written by

    go -C engines run ./bench

with %s on %s/%s, %s, %d cores. The same calls in the form of cep21/circuit's own
benchmarks, whose table is in its README:

    go -C engines test -run - -bench Circuits -benchmem ./bench

`, rounds, goruntime.Version(), goruntime.GOOS, goruntime.GOARCH, cpu(), goruntime.GOMAXPROCS(0))

	b.WriteString("## Other breakers as engines of the same wrapper\n\n" +
		"How much longer a call takes than with the built-in breaker. The counts, latencies and events are the\n" +
		"wrapper's own in all rows.\n\n")
	ratios(&b, through)
	b.WriteString("## Other breakers by themselves\n\n" +
		"How much longer a call through the library alone takes than through the wrapper with the built-in breaker.\n" +
		"Most of them keep no latencies, which takes two readings of the clock (see the floor). The built-in\n" +
		"breaker's row is a circuit's `Runner`, without a wrapper.\n\n")
	ratios(&b, alone[1:])
	b.WriteString("## Whole chains: breaker, retry and timeout\n\n")
	ratios(&b, whole)
	writeFloor(&b, ours, rounds)
	b.WriteString("## In time and memory\n\nPer call.\n\n")
	b.WriteString("| | | passing/1 | passing/75 | rejecting/1 | rejecting/75 |\n|---|---|---:|---:|---:|---:|\n")
	absolute(&b, "wrapped", through)
	absolute(&b, "bare", alone[1:])
	absolute(&b, "whole chain", whole)
	return b.String()
}

func ratios(b *strings.Builder, rows []row) {
	b.WriteString("| |")
	for _, kind := range kinds {
		b.WriteString(" " + kind.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(kinds)) + "\n")
	for _, row := range rows {
		b.WriteString("| " + row.name + " |")
		for _, m := range row.of {
			fmt.Fprintf(b, " %s |", figure(m.ratio))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

func absolute(b *strings.Builder, how string, rows []row) {
	for _, row := range rows {
		fmt.Fprintf(b, "| %s | %s |", row.name, how)
		for _, m := range row.of {
			fmt.Fprintf(b, " %d ns, %.0f B, %.0f allocs |", m.time.Nanoseconds(), m.bytes, m.allocs)
		}
		b.WriteByte('\n')
	}
}

// writeFloor tells what a passing call can't take less than.
func writeFloor(b *strings.Builder, ours contender, rounds int) {
	b.WriteString("## The floor\n\n" +
		"What a breaker that counts and times calls can't do without, as a share of a passing call.\n\n" +
		"| | share | time |\n|---|---:|---:|\n")
	passing := ours.passing()
	for _, part := range floor {
		_, m := duel(passing, part.call(), 1, rounds)
		fmt.Fprintf(b, "| %s | %s | %s |\n", part.name, figure(m.ratio), m.time.Round(time.Nanosecond))
	}
	b.WriteByte('\n')
}

// figure says a ratio with two significant digits, or all before the point.
func figure(ratio float64) string {
	switch {
	case ratio >= 10:
		return fmt.Sprintf("%.0f", ratio)
	case ratio >= 1:
		return fmt.Sprintf("%.1f", ratio)
	default:
		return fmt.Sprintf("%.2f", ratio)
	}
}

// cpu returns the processor's name, where the system tells it.
func cpu() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unnamed processor"
}
