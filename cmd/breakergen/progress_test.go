package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress shows nothing of a quick run, of one target, or off a terminal, and
// leaves nothing behind.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		name     string
		terminal bool
		total    int
		step     time.Duration
		want     string
	}{
		{"quick", true, 3, 300 * time.Millisecond, ""},
		{"slow", true, 3, 600 * time.Millisecond, "\r2/3\r3/3\r   \r"},
		{"one", true, 1, 2 * time.Second, ""},
		{"no terminal", false, 3, 2 * time.Second, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var stderr bytes.Buffer
				p := newProgress(system{stderr: &stderr, terminal: test.terminal})
				for done := range test.total {
					time.Sleep(test.step)
					p.show(done+1, test.total)
				}
				p.clear()
				if got := stderr.String(); got != test.want {
					t.Errorf("shows %q, want %q", got, test.want)
				}
			})
		})
	}
}
