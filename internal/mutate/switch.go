package main

import (
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// The environment of a test binary.
const (
	envMutant  = "MUTANT"          // which of the mutants it is; none where that is unset
	envReached = "MUTANTS_REACHED" // the file to which it writes those that it comes by
)

// switchImports are what the files of switchFiles import.
var switchImports = []string{"os", "strconv", "sync/atomic", "syscall"}

// switchFiles returns the files that a package has more than it had, by their names.
func switchFiles(pkg string, mutants []*mutant) map[string]string {
	first, last := 0, 0
	if n := len(mutants); n > 0 {
		first, last = mutants[0].id, mutants[n-1].id
	}
	text := fmt.Sprintf(switchText, pkg, envMutant, envReached, first, last-first+1)
	var b strings.Builder
	b.WriteString(text)
	for _, op := range slices.Sorted(maps.Keys(swapped)) {
		swap := swapped[op]
		switch op {
		case token.SHL, token.SHR:
			fmt.Fprintf(&b, switchShift, swap.name, swap.to, op)
		case token.ADD, token.SUB, token.MUL, token.QUO:
			fmt.Fprintf(&b, switchOperator, swap.name, "mutateNumber", swap.to, op)
		default:
			fmt.Fprintf(&b, switchOperator, swap.name, "mutateInteger", swap.to, op)
		}
	}
	return map[string]string{
		"mutate_switch.go": b.String(),
		"mutate_limit.go":  fmt.Sprintf(limitText, pkg),
	}
}

const switchText = `package %[1]s

import (
	mutateOS "os"
	mutateStrconv "strconv"
	mutateAtomic "sync/atomic"
)

var (
	mutateMutant, _ = mutateStrconv.Atoi(mutateOS.Getenv(%[2]q))
	mutateFile      = mutateOS.Getenv(%[3]q)
	mutateTraces    = mutateFile != ""
	mutateSeen      [%[5]d]mutateAtomic.Bool
)

func mutateIs(id int) bool { return mutateMutant == id || mutateTraces && mutateSees(id) }

func mutateNot(first, last int) bool { return mutateMutant < first || mutateMutant > last }

func mutateSees(id int) bool {
	if seen := &mutateSeen[id-%[4]d]; seen.Load() || seen.Swap(true) {
		return false
	}
	f, err := mutateOS.OpenFile(mutateFile, mutateOS.O_APPEND|mutateOS.O_CREATE|mutateOS.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.WriteString(mutateStrconv.Itoa(id) + "\n"); err != nil {
		panic(err)
	}
	return false
}

type mutateInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutateNumber interface{ mutateInteger | ~float32 | ~float64 }

func mutateMore[T mutateNumber](id int, n T) T {
	if mutateIs(id) {
		return n + 1
	}
	return n
}

func mutateTwice[T mutateNumber](id int, n T) T {
	if !mutateIs(id) {
		return n
	}
	if n == 0 {
		return 1
	}
	return n * 2
}
`

const switchOperator = `
func %s[T %s](id int, a, b T) T {
	if mutateIs(id) {
		return a %s b
	}
	return a %s b
}
`

const switchShift = `
func %s[T, S mutateInteger](id int, a T, b S) T {
	if mutateIs(id) {
		return a %s b
	}
	return a %s b
}
`

// limitText bounds the memory of a mutant that appends for ever.
const limitText = `//go:build unix

package %s

import mutateSyscall "syscall"

func init() {
	const most = 6 << 30
	mutateSyscall.Setrlimit(mutateSyscall.RLIMIT_AS, &mutateSyscall.Rlimit{Cur: most, Max: most})
}
`
