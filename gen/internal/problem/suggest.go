package problem

import (
	"slices"
	"strings"
)

// Suggest returns "; did you mean x?" for the nearest of the known names, or ""
// where none is near.
func Suggest(name string, known []string) string {
	best, least := "", 0
	for _, k := range slices.Sorted(slices.Values(known)) {
		d, near := compare(strings.ToLower(name), strings.ToLower(k))
		if near && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// IsTypo reports whether a name may be another one with some letters wrong.
func IsTypo(name, known string) bool {
	return distance(strings.ToLower(name), strings.ToLower(known)) <= tolerance(name)
}

func tolerance(name string) int { return max(2, len(name)/3) }

// compare returns how far a name is from a known one, and whether that may be meant.
func compare(name, known string) (d int, near bool) {
	d = distance(name, known)
	return d, d <= tolerance(name) || holds(name, known)
}

// holds reports whether a name says what a known one does, and more: has it as a part, as
// circuit-breaker has breaker; has all but its last letter, as retries has of retry; or is what it
// abbreviates, as interface is of iface.
func holds(name, known string) bool {
	const short = 4 // in a shorter one too many have a part
	switch {
	case len(known) < short || len(name) > 3*len(known):
		return false
	case strings.Contains(name, known), len(known) > short && strings.Contains(name, known[:len(known)-1]):
		return true
	default:
		return strings.HasPrefix(name, known[:1]) && abbreviates(known, name)
	}
}

// abbreviates reports whether name has the letters of short in their order.
func abbreviates(short, name string) bool {
	for i := range len(name) {
		if short != "" && short[0] == name[i] {
			short = short[1:]
		}
	}
	return short == ""
}

// distance is the number of letters to insert, drop, replace or swap with their
// neighbour that makes a of b.
func distance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
