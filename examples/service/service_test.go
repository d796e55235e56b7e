package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

func TestBehave(t *testing.T) {
	at := func(second, milli int) time.Time {
		return time.Date(2026, 1, 1, 0, 0, second, milli*int(time.Millisecond), time.UTC)
	}
	for _, test := range []struct {
		name string
		now  time.Time
		even bool
		took time.Duration
		err  string
	}{
		{"one second in ten", at(20, 7), true, 0, "huge system error"},
		{"digit 0", at(21, 100), true, 0, ""},
		{"digit 2", at(21, 102), false, 750 * time.Millisecond, "slow system error"},
		{"digit 9", at(21, 109), false, 750 * time.Millisecond, "slow system error"},
		{"digit 7", at(21, 107), true, 5 * time.Second, ""},
		{"another digit, even", at(21, 103), true, 20 * time.Millisecond, "random system error"},
		{"another digit, odd", at(21, 103), false, 20 * time.Millisecond, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var took time.Duration
			_, err := behave(test.now, func(d time.Duration) { took += d }, test.even)
			if took != test.took {
				t.Errorf("it takes %s, want %s", took, test.took)
			}
			if got := message(err); got != test.err {
				t.Errorf("the error is %q, want %q", got, test.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// down is a System that always fails.
type down struct{}

func (down) Ask(context.Context) (string, error) { return "", errors.New("huge system error") }

func TestRoutes(t *testing.T) {
	registry := breaker.NewRegistry()
	system, err := NewSystemBreaker(down{}, SystemBreakerConfig{Registry: registry, Fallback: standIn{}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(routes(system, registry))
	defer server.Close()

	// Ten calls fail, their errors go to the caller; then the fallback answers.
	for range 10 {
		if status, body := get(t, server.URL+"/"); status != http.StatusBadGateway || body != "huge system error\n" {
			t.Fatalf("/ answers %d %q while the circuit is closed", status, body)
		}
	}
	if status, body := get(t, server.URL+"/"); status != http.StatusOK || !strings.Contains(body, "from the fallback") {
		t.Errorf("/ answers %d %q while the circuit is open", status, body)
	}
	_, metrics := get(t, server.URL+"/metrics")
	for _, line := range []string{
		`circuit_failure_duration_seconds_count{func="run",name="hystrix-circuit"} 10`,
		`circuit_failure_duration_seconds_count{func="fallback",name="hystrix-circuit"} 10`,
		`circuit_success_duration_seconds_count{func="fallback",name="hystrix-circuit"} 1`,
		`circuit_opened{name="hystrix-circuit"} 1`,
		"# TYPE go_goroutines gauge",
	} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("/metrics lacks %s", line)
		}
	}
	if status, page := get(t, server.URL+"/circuits/"); status != http.StatusOK || !strings.Contains(page, "<title>") {
		t.Errorf("/circuits/ answers %d", status)
	}
	if status, problems := get(t, server.URL+"/ready"); status != http.StatusServiceUnavailable ||
		!strings.HasPrefix(problems, "hystrix-circuit: ") {
		t.Errorf("/ready answers %d %q", status, problems)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- run(ctx, "127.0.0.1:0") }()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(all)
}
