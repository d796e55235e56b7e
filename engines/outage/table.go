package main

import (
	"fmt"
	"strings"
	"time"
)

// table is what stands in the README.
func table(runs []*run) string {
	var b strings.Builder
	fmt.Fprintf(&b, `%d processes make %d calls a second to a dependency that can do %d, until its servers take %d times
as long for %s. Callers wait %s; each attempt has %s, and there are up to %d. In virtual time, with the real chains.

![The outage](docs/outage.svg)

| | callers served in the brownout | served in all | p99 in the brownout | served again after | calls that reached it, for each made | peak of probes |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
`, processes, perSecond, int(servers/service.Seconds()), slowdown, recovery-brownout, patience, attemptTime, attempts)
	for _, r := range runs {
		again := "never"
		if after, ok := r.recovered(); ok {
			again = after.String()
		}
		probes := "–"
		if n := r.peak(); n > 0 {
			probes = fmt.Sprint(n)
		}
		fmt.Fprintf(&b, "| %s | %.1f%% | %.1f%% | %s | %s | %.2f | %s |\n", r.name,
			100*r.served(brownout, recovery), 100*r.served(0, duration),
			r.percentile(0.99, brownout, recovery).Round(10*time.Millisecond), again, r.amplification(), probes)
	}
	return b.String()
}
