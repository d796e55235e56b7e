package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

// TestDocumentation has the settings that docs/configuration.md shows be possible, and what it
// says is refused be refused so. Those in YAML examples/config tests.
func TestDocumentation(t *testing.T) {
	content, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, ok := strings.Cut(string(content), "```json\n")
	if !ok {
		t.Fatal("it shows no JSON")
	}
	shown, _, _ = strings.Cut(shown, "```")
	load(t, runtime.NewRegistry(), shown)

	err = config.Load(runtime.NewRegistry(), strings.NewReader(`{
		"UserClient.*":       {"breaker": {"failure-rate": "150%"}},
		"UserClient.GetUser": {"timeout": {"attempt": 300}, "retry": {"atempts": 3}}
	}`))
	if err == nil || !strings.Contains(string(content), "    "+strings.ReplaceAll(err.Error(), "\n", "\n    ")+"\n") {
		t.Errorf("it doesn't show\n%v", err)
	}
}
