// Command quickstart shows what a generated wrapper does while its dependency fails:
// calls that work, a circuit that opens, calls that fail fast, a probe that finds the
// dependency down still, one that finds it well again, and calls that work.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=Weather

// Weather is a service that this program depends on.
//
//breakergen:timeout 200ms
type Weather interface {
	// Forecast returns the weather of a city.
	//breakergen:breaker consecutive=3 open=1500ms
	//breakergen:retry attempts=2 backoff=20ms
	Forecast(ctx context.Context, city string) (string, error)
}

func main() {
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run calls the dependency four times a second, for seven seconds.
func run(out io.Writer) error {
	s := &show{out: out, began: time.Now()}
	registry := breaker.NewRegistry()
	registry.Subscribe(func(e breaker.Event) {
		s.line("the circuit was %s and is now %s", e.From, e.To)
	})
	station := station{down: s.began.Add(time.Second), up: s.began.Add(4 * time.Second)}
	weather, err := NewWeatherBreaker(station, WeatherBreakerConfig{Registry: registry})
	if err != nil {
		return err
	}
	for range 28 {
		s.call(weather)
		time.Sleep(250 * time.Millisecond)
	}
	return nil
}

// show prints lines that begin with the time since its beginning.
type show struct {
	out   io.Writer
	began time.Time
}

func (s *show) line(format string, args ...any) {
	fmt.Fprintf(s.out, "%4.1fs  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// call asks once, and says what came of it and how long that took.
func (s *show) call(weather Weather) {
	begun := time.Now()
	forecast, err := weather.Forecast(context.Background(), "Lisbon")
	took := time.Since(begun).Round(time.Microsecond)

	var open *breaker.OpenError
	switch {
	case err == nil:
		s.line("%-9s %s", took, forecast)
	case errors.As(err, &open):
		next := open.RetryAfter().Round(100 * time.Millisecond)
		s.line("%-9s rejected at once; the next probe is in %s", took, next)
	default:
		s.line("%-9s failed: %v", took, err)
	}
}

// station is the dependency. It doesn't answer for a while.
type station struct{ down, up time.Time }

// Forecast satisfies Weather.
func (s station) Forecast(_ context.Context, city string) (string, error) {
	if now := time.Now(); now.After(s.down) && now.Before(s.up) {
		return "", errors.New("the station doesn't answer")
	}
	return "sunny in " + city, nil
}
