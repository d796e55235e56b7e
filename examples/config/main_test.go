package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sigs.k8s.io/yaml"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

// TestRun has a change of the file hold for the calls that begin after it.
func TestRun(t *testing.T) {
	settings, err := os.ReadFile("settings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "settings.yaml")
	write := func(settings []byte) {
		t.Helper()
		if err := os.WriteFile(path, settings, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		write(settings)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		var out bytes.Buffer
		ended := make(chan error)
		go func() { ended <- run(ctx, path, slog.New(slog.NewTextHandler(&out, nil))) }()
		time.Sleep(2500 * time.Millisecond)
		write(bytes.Replace(settings, []byte("300ms"), []byte("1s"), 1))
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		rest := out.String()
		for _, next := range []string{
			"cents=0 error=\"Quotes.Latest: attempt timed out after 300ms",
			`msg="setting changed" circuit=Quotes.Latest field=timeout.attempt from=300ms to=1s`,
			"cents=4200 error=<nil>",
		} {
			_, after, ok := strings.Cut(rest, next)
			if !ok {
				t.Fatalf("no %q in its turn:\n%s", next, out.String())
			}
			rest = after
		}
	})
}

// TestSettings has settings.yaml and what docs/configuration.md shows be possible.
func TestSettings(t *testing.T) {
	file, err := os.ReadFile("settings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{string(file)}
	for _, after := range strings.Split(string(doc), "```yaml\n")[1:] {
		shown, _, _ := strings.Cut(after, "```")
		all = append(all, shown)
	}
	if len(all) < 2 {
		t.Error("the documentation shows none")
	}
	for _, settings := range all {
		json, err := yaml.YAMLToJSONStrict([]byte(settings))
		if err == nil {
			err = config.Load(breaker.NewRegistry(), bytes.NewReader(json))
		}
		if err != nil {
			t.Errorf("%v\n%s", err, settings)
		}
	}
}

// TestPolicy has a policy written as YAML, and read back.
func TestPolicy(t *testing.T) {
	want := breaker.Policy{
		Breaker: breaker.BreakerPolicy{
			FailureRate: 0.29, WindowCalls: 50, OpenFor: time.Second, MaxOpenFor: time.Minute, Consecutive: -1,
		},
		Retry:    breaker.RetryPolicy{Off: true},
		Timeout:  breaker.TimeoutPolicy{Attempt: 300 * time.Millisecond, Detach: true},
		Bulkhead: breaker.BulkheadPolicy{Limit: 5},
	}
	text, err := yaml.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(text), `
breaker: {failure-rate: 29%, window: 50, open: 1s..1m, consecutive: off}
retry: off
timeout: {attempt: 300ms, detach: true}
bulkhead: 5
`} {
		var got breaker.Policy
		if err := yaml.UnmarshalStrict([]byte(text), &got); err != nil || !same(got, want) {
			t.Errorf("%s is read as %+v, %v", text, got, err)
		}
	}
	var p breaker.Policy
	err = yaml.UnmarshalStrict([]byte("timeout: 300\n"), &p)
	if err == nil || !strings.Contains(err.Error(), "timeout: 300 has no unit: write 300ms or 1m30s") {
		t.Errorf("got %v", err)
	}
}

// same compares policies without functions.
func same(a, b breaker.Policy) bool {
	return a.Breaker == b.Breaker && a.Retry.Off == b.Retry.Off && a.Timeout == b.Timeout && a.Bulkhead == b.Bulkhead
}
