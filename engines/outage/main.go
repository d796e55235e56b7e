// Outage simulates one: a dependency browns out for half a minute under the load of several
// processes, behind one chain after another, and recovers, or doesn't.
//
//	go -C engines run ./outage
//
// writes the table into breakergen's README.md, between the marks there, and the picture beside it.
// The chains are the real ones. They run in virtual time, by testing/synctest, which takes
// seconds and comes to the same each time: arrivals, service times and waits are drawn
// from seeds, and no two things happen at one moment. synctest wants a test, and so
// the program is one.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
)

const (
	readme  = "../README.md"
	picture = "../docs/outage.svg"
)

func main() {
	every := func(string, string) (bool, error) { return true, nil }
	testing.Main(every, []testing.InternalTest{{Name: "outage", F: func(t *testing.T) {
		if err := write(simulate(t)); err != nil {
			t.Fatal(err)
		}
	}}}, nil, nil)
}

// write puts the table into the README, and draws the picture.
func write(runs []*run) error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	changed, err := between(text, table(runs))
	if err != nil {
		return err
	}
	drawn, err := draw(runs)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(readme, changed, 0o644), os.WriteFile(picture, drawn, 0o644))
}

// The marks, between which all is written.
var (
	begin = []byte("<!-- outage: written by go -C engines run ./outage -->\n")
	end   = []byte("<!-- end of outage -->\n")
)

// between replaces what stands between the marks.
func between(text []byte, with string) ([]byte, error) {
	before, rest, ok := bytes.Cut(text, begin)
	_, after, closed := bytes.Cut(rest, end)
	if !ok || !closed {
		return nil, fmt.Errorf("%s has no place for the table: it needs the lines\n%s%s", readme, begin, end)
	}
	return bytes.Join([][]byte{before, begin, []byte(with), end, after}, nil), nil
}
