// Command config asks a slow dependency for a quote each second, through a generated wrapper
// that has its settings from settings.yaml. Change that file while it works, as its timeout to
// 1s: the log says what has changed, and the next call is made by it.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"sigs.k8s.io/yaml"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

//go:generate go tool breakergen -iface=Quotes

// Quotes is what this program depends on.
type Quotes interface {
	Latest(ctx context.Context, symbol string) (cents int, err error)
}

func main() {
	path := flag.String("settings", "settings.yaml", "read settings from this `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *path, slog.Default()); err != nil {
		log.Fatal(err)
	}
}

// run asks until ctx ends.
func run(ctx context.Context, path string, logger *slog.Logger) error {
	registry := breaker.NewRegistry()
	err := config.Watch(ctx, registry, path,
		config.WithConverter(yaml.YAMLToJSONStrict), config.WithLogger(logger))
	if err != nil {
		return err
	}
	quotes, err := NewQuotesBreaker(exchange{}, QuotesBreakerConfig{Registry: registry})
	if err != nil {
		return err
	}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		cents, err := quotes.Latest(ctx, "GO")
		logger.Info("asked", "cents", cents, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// exchange takes half a second for an answer.
type exchange struct{}

// Latest satisfies Quotes.
func (exchange) Latest(ctx context.Context, symbol string) (int, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(500 * time.Millisecond):
		return 4200, nil
	}
}
