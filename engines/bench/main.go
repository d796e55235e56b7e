// Bench measures breakers side by side and writes BENCHMARKS.md:
//
//	go -C engines run ./bench
//
// It takes about a minute. What it compares it measures in turns, so that what else the
// machine does falls on all, and it tells ratios first: they hold on other machines too. The same
// calls in the form of cep21/circuit's benchmarks, to read beside its table:
//
//	go -C engines test -run - -bench Circuits -benchmem ./bench
package main

import (
	"flag"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 15, "how often each is measured; the median counts")
	out := flag.String("out", "BENCHMARKS.md", "the file to write")
	flag.Parse()
	if err := os.WriteFile(*out, []byte(report(*rounds)), 0o644); err != nil {
		log.Fatal(err)
	}
}
