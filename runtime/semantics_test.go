package runtime

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestSemanticsSayTheDefaults holds docs/semantics.md to the defaults in force.
func TestSemanticsSayTheDefaults(t *testing.T) {
	page, err := os.ReadFile("../docs/semantics.md")
	if err != nil {
		t.Fatal(err)
	}
	p := Policy{}.withDefaults()
	percent := func(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }
	for setting, want := range map[string]string{
		"failure rate":      percent(p.Breaker.FailureRate),
		"min calls":         fmt.Sprint(p.Breaker.MinCalls),
		"window":            fmt.Sprint(p.Breaker.Window),
		"failures in a row": fmt.Sprint(p.Breaker.Consecutive),
		"open for":          fmt.Sprint(p.Breaker.OpenFor),
		"probes":            fmt.Sprint(p.Breaker.Probes),
		"attempts":          fmt.Sprint(p.Retry.Attempts),
		"backoff":           fmt.Sprintf("%v..%v", p.Retry.Backoff, p.Retry.MaxBackoff),
		"attempt":           fmt.Sprint(p.Timeout.Attempt),
	} {
		if row := fmt.Sprintf("\n| %s | %s | ", setting, want); !strings.Contains(string(page), row) {
			t.Errorf("it doesn't say %q", row)
		}
	}
}
