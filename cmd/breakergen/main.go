// Command breakergen reads a Go interface and writes a struct that implements it,
// with every method behind a circuit breaker, retries and a timeout.
//
// One line in a package asks for it, and go generate does the work:
//
//	//go:generate go tool breakergen -iface=UserClient
//
// See breakergen -h for the flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"golang.org/x/term"
)

// The exit codes.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

func main() {
	// A run ends soon and most of its heap lives until then, so collecting it pays less
	// than in a server; more than this would take memory that a big tree needs.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(150)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	dir, err := os.Getwd()
	if err == nil {
		err = run(ctx, os.Args[1:], system{
			dir: dir, env: os.Getenv, stdout: os.Stdout, stderr: os.Stderr,
			terminal: term.IsTerminal(int(os.Stderr.Fd())),
		})
	}
	stop()
	os.Exit(exitCode(err, os.Stderr))
}

// errRefused is the error of a run that has said what is wrong.
var errRefused = errors.New("refused")

// exitCode maps an error to the exit code, and shows it unless that was done.
func exitCode(err error, stderr io.Writer) int {
	_, isUsage := errors.AsType[usageError](err)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, errRefused):
		return exitRefused
	case isUsage:
		fmt.Fprintf(stderr, "breakergen: %v\nRun breakergen -h for help.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "breakergen: %v\n", err)
		return exitRefused
	}
}
