package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// patience is how long a run may take before it shows how far it is.
const patience = time.Second

// progress shows how far a run is, on a terminal, if it takes long.
type progress struct {
	stderr io.Writer // nil shows nothing
	start  time.Time
	width  int // of what is shown
}

func newProgress(sys system) *progress {
	p := &progress{start: time.Now()}
	if sys.terminal {
		p.stderr = sys.stderr
	}
	return p
}

// show says that so many of the requests are done.
func (p *progress) show(done, total int) {
	if p.stderr == nil || total == 1 || time.Since(p.start) < patience {
		return
	}
	text := fmt.Sprintf("%d/%d", done, total)
	p.width = len(text)
	fmt.Fprintf(p.stderr, "\r%s", text)
}

// clear wipes the line for what comes next.
func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprintf(p.stderr, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}
