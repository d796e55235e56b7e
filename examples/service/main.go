// Command service calls a dependency that misbehaves, through a generated wrapper with
// a fallback, and shows what comes of it:
//
//	/                one wrapped call
//	/metrics         for Prometheus
//	/hystrix.stream  for the Hystrix dashboard
//	/circuits/       the runtime's own dashboard; circuits.txt and circuits.json for curl
//	/ready           503 while most calls end badly
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/dashboard"
	"github.com/breakergen/breakergen/runtime/health"
	"github.com/breakergen/breakergen/runtime/hystrix"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "listen on this `address`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, addr string) error {
	registry := breaker.NewRegistry()
	defer breaker.LogTo(registry, slog.Default())()
	system, err := NewSystemBreaker(huge{}, SystemBreakerConfig{
		Registry: registry,
		Fallback: standIn{},
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           routes(system, registry),
		ReadHeaderTimeout: 5 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	go keepCalling(ctx, system)
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Printf("http://%s/circuits/\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func routes(system System, registry *breaker.Registry) http.Handler {
	metrics := prom.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), prometheus.NewCollector(registry))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		answer, err := system.Ask(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		fmt.Fprintln(w, answer)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.Handle("GET /hystrix.stream", hystrix.NewHandler(registry))
	mux.Handle("GET /ready", health.NewHandler(registry, health.Trouble(0.5, 10)))
	mux.Handle("/circuits/", http.StripPrefix("/circuits", dashboard.NewHandler(registry, dashboard.WithControl())))
	return mux
}

// keepCalling starts a call every 201 ms, and waits for none. Every 200 ms the dependency, which
// goes by the last digit of the millisecond, would do the same for ever.
func keepCalling(ctx context.Context, system System) {
	ticker := time.NewTicker(201 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			go func() {
				if answer, err := system.Ask(ctx); err != nil {
					fmt.Println("error: ", err)
				} else {
					fmt.Println("answer:", answer)
				}
			}()
		}
	}
}
