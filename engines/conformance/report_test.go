package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/engines/internal/all"
)

// report is CONFORMANCE.md, of a run that was as the table of deviations says.
func report() string {
	var b strings.Builder
	b.WriteString(`# Who holds what

What a breaker is to do, and which breakers do it: the built-in one, and other people's as
engines of a generated wrapper. Each has been asked for nothing, so that it takes our
defaults where it can, and its own elsewhere. Each was run in both orders of the chain, which
made no difference. Written by

    go -C engines test ./conformance -update

from a run; every other run of this test fails where a breaker does less, or more, than this.

`)
	engines := all.Engines()
	row := func(first string, cell func(all.Engine) string) {
		b.WriteString("| " + first + " |")
		for _, engine := range engines {
			b.WriteString(" " + cell(engine) + " |")
		}
		b.WriteByte('\n')
	}
	row("", func(e all.Engine) string { return e.Name })
	row("---", func(all.Engine) string { return ":---:" })
	for _, p := range properties {
		row(p.name, func(e all.Engine) string {
			if deviations[e.Name][p.name] != "" {
				return "no"
			}
			return "✓"
		})
	}
	row(fmt.Sprintf("**of %d**", len(properties)), func(e all.Engine) string {
		return fmt.Sprintf("**%d**", len(properties)-len(deviations[e.Name]))
	})
	b.WriteString("\n## Why not\n")
	for _, engine := range engines {
		reasons := deviations[engine.Name]
		if len(reasons) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### %s (%s)\n\n", engine.Name, engine.Module)
		for i, p := range properties {
			reason := reasons[p.name]
			seen := slices.ContainsFunc(properties[:i], func(other property) bool {
				return reasons[other.name] == reason
			})
			if reason == "" || seen {
				continue
			}
			var names []string
			for _, other := range properties[i:] {
				if reasons[other.name] == reason {
					names = append(names, other.name)
				}
			}
			fmt.Fprintf(&b, "- %s: %s.\n", strings.Join(names, "; "), reason)
		}
	}
	return b.String()
}
