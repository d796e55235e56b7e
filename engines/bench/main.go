// Bench measures breakers side by side and writes BENCHMARKS.md:
//
//	go -C engines run ./bench
//
// It takes about a minute. What it compares it measures in turns, in batches of a millisecond
// of which the fastest counts: what else the machine does can only make one slower. It tells
// ratios first, which hold on other machines too. The same calls in the form of cep21/circuit's
// benchmarks, to read beside its table:
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
	rounds := flag.Int("rounds", 100, "how often each is measured; the fastest counts")
	out := flag.String("out", "BENCHMARKS.md", "the file to write")
	flag.Parse()
	if err := os.WriteFile(*out, []byte(report(*rounds)), 0o644); err != nil {
		log.Fatal(err)
	}
}
