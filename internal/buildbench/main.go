// Command buildbench measures what wrapping an interface costs at the compiler and in the
// binary: breakergen's wrapper, moq's double and gowrap's wrapper of the same interface, of
// four shapes of methods. It makes a module in a temporary folder, builds each package there
// by itself, and prints tables in Markdown.
//
//	go run ./internal/buildbench
//
// Times are processor time of the compiler, the least of several builds. It installs moq and
// gowrap into the temporary folder.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("buildbench: ")
	if dir := os.Getenv(recordInto); dir != "" {
		os.Exit(record(dir, os.Args[1:]))
	}
	methods := flag.String("methods", "10,100,600", "how many methods an interface has")
	runs := flag.Int("runs", 3, "how many builds the least is taken of")
	flag.Parse()
	var counts []int
	for _, word := range strings.Split(*methods, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			log.Fatalf("-methods=%s: give numbers over 0, with commas between", *methods)
		}
		counts = append(counts, n)
	}
	if *runs < 1 {
		log.Fatal("-runs must be over 0")
	}
	if err := run(counts, *runs); err != nil {
		log.Fatal(err)
	}
}

func run(counts []int, runs int) error {
	m, err := newModule()
	if err != nil {
		return err
	}
	defer os.RemoveAll(m.dir)
	if err := m.install(); err != nil {
		return err
	}
	var rows []row
	for _, s := range shapes {
		for _, n := range counts {
			fmt.Fprintf(os.Stderr, "%s, %d methods\n", s.name, n)
			for _, tool := range tools {
				r, err := m.measure(s, n, tool, runs)
				if err != nil {
					return fmt.Errorf("%s, %d methods, %s: %w", s.name, n, tool.name, err)
				}
				rows = append(rows, r)
			}
		}
	}
	fmt.Print(report(rows))
	return nil
}
