// Package sample has one mutant of each kind that its tests notice, and some that they don't.
package sample

import "time"

type verdict bool

type level int

const (
	low level = iota
	high
)

// Within is tested on both sides of its boundary.
func Within(n, limit int) bool {
	if n < limit {
		return true
	}
	return false
}

// Roughly isn't tested at its boundary.
func Roughly(n, limit int) string {
	if n < limit {
		return "below"
	}
	return "above"
}

// Sum is tested where a product isn't the sum, but not for its count of calls.
func Sum(numbers []int) int {
	sum := 0
	for i := 0; i < len(numbers); i++ {
		sum += numbers[i]
	}
	calls++
	return sum
}

var calls int

// Wait is tested with a wait that is far from it.
func Wait(level level) time.Duration {
	if level == high && calls >= 0 {
		return time.Second
	}
	return 0
}

// Never is never called.
func Never(a, b uint8) uint8 { return a << b }

// Less gives a bool of a type of its own, which no switch can stand in for.
func Less(a, b int) verdict { return a < b }
