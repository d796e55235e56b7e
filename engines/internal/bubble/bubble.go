// Package bubble runs what is to be seen with a clock of its own, also with libraries that leave
// goroutines behind.
package bubble

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// Run is synctest.Test, but goroutines that outlive f are no panic: it reports them.
func Run(t *testing.T, f func(*testing.T)) (left bool) {
	defer func() {
		if end := recover(); end != nil {
			if !strings.Contains(fmt.Sprint(end), "blocked goroutines remain") {
				panic(end)
			}
			left = true
		}
	}()
	synctest.Test(t, f)
	return false
}
