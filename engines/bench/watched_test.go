package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/dashboard"
	"github.com/breakergen/breakergen/runtime/hystrix"
	"github.com/breakergen/breakergen/runtime/otel"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// BenchmarkWatched has everything that shows circuits on, an open dashboard, an open
// Hystrix stream and a scrape a second, beside the same chain with nobody looking.
func BenchmarkWatched(b *testing.B) {
	r := breaker.NewRegistry()
	defer breaker.LogTo(r, slog.New(slog.NewTextHandler(io.Discard, nil)))()
	defer otel.AddSpanEvents(r)()
	metrics := prom.NewRegistry()
	metrics.MustRegister(prometheus.NewCollector(r))
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-b.Context().Done():
				return
			case <-ticker.C:
				metrics.Gather()
			}
		}
	}()
	watch(b, dashboard.NewHandler(r), "/events")
	watch(b, hystrix.NewHandler(r), "/hystrix.stream")
	compare(b, throughIn(r, answering{}, nil, breaker.Policy{}), ours(breaker.Policy{}))
}

// watch reads a stream until the benchmark's end.
func watch(b *testing.B, handler http.Handler, path string) {
	server := httptest.NewServer(handler)
	response, err := http.Get(server.URL + path)
	if err != nil {
		b.Fatal(err)
	}
	go io.Copy(io.Discard, response.Body)
	b.Cleanup(func() {
		response.Body.Close()
		server.CloseClientConnections()
		server.Close()
	})
}
