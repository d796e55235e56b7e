package conformance

import (
	"context"
	"testing"
	"time"

	gohystrix "github.com/afex/hystrix-go/hystrix"
	"github.com/cep21/circuit/v4"
	"github.com/cep21/circuit/v4/closers/simplelogic"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	mercaribreaker "github.com/mercari/go-circuitbreaker"
	rubyistbreaker "github.com/rubyist/circuitbreaker"
	stock "github.com/slok/goresilience/circuitbreaker"
	sony "github.com/sony/gobreaker/v2"

	"github.com/breakergen/breakergen/engines/cep21"
	"github.com/breakergen/breakergen/engines/eapache"
	"github.com/breakergen/breakergen/engines/failsafe"
	"github.com/breakergen/breakergen/engines/gobreaker"
	"github.com/breakergen/breakergen/engines/goresilience"
	"github.com/breakergen/breakergen/engines/hystrix"
	"github.com/breakergen/breakergen/engines/mercari"
	"github.com/breakergen/breakergen/engines/rubyist"
	"github.com/breakergen/breakergen/runtime"
)

// The libraries' own settings go over what is asked for: each here opens at three failures,
// two successes between them. handy has none to set.
func TestOwnSettings(t *testing.T) {
	for name, engine := range map[string]runtime.Engine{
		"goresilience": goresilience.Engine(func(c *stock.Config) { c.MinimumRequestToOpen = 5 }),
		"cep21": cep21.Engine(func(string) circuit.Config {
			return circuit.Config{Execution: circuit.ExecutionConfig{MaxConcurrentRequests: 7}}
		}, func(string) circuit.Config {
			return circuit.Config{General: circuit.GeneralConfig{ClosedToOpenFactory: failures(3)}}
		}),
		"hystrix": hystrix.Engine(func(c *gohystrix.CommandConfig) { c.RequestVolumeThreshold = 5 }),
		"eapache": eapache.Engine(func(s *eapache.Settings) { s.ErrorThreshold = 3 }),
		"mercari": mercari.Engine(mercaribreaker.WithTripFunc(mercaribreaker.NewTripFuncThreshold(3))),
		"gobreaker": gobreaker.Engine(func(s *sony.Settings) {
			s.ReadyToTrip = func(c sony.Counts) bool { return c.TotalFailures == 3 }
		}),
		"rubyist": rubyist.Engine(func(o *rubyistbreaker.Options) {
			o.ShouldTrip = rubyistbreaker.ThresholdTripFunc(3)
		}),
		"failsafe": failsafe.Engine(func(b circuitbreaker.Builder[any]) {
			b.WithFailureRateThreshold(0.6, 5, time.Minute)
		}),
	} {
		problem := try(t, engine, runtime.BreakerFirst, property{name, func(s *subject) {
			s.call(fail, succeed, succeed, fail)
			s.is(runtime.Closed, "after two failures")
			s.call(fail)
			s.is(runtime.Open, "after three failures")
		}})
		if problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// failures opens at so many errors in all.
func failures(n int64) func() circuit.ClosedToOpen {
	return func() circuit.ClosedToOpen {
		opener := simplelogic.ConsecutiveErrOpenerFactory(simplelogic.ConfigConsecutiveErrOpener{ErrorThreshold: n})()
		return inAll{opener}
	}
}

type inAll struct{ circuit.ClosedToOpen }

func (inAll) Success(context.Context, time.Time, time.Duration) {}

// What gobreaker's own settings exclude stays excluded, beside the callers who have left.
func TestGobreakerExcludes(t *testing.T) {
	engine := gobreaker.Engine(func(s *sony.Settings) {
		s.IsExcluded = func(err error) bool { return err == errDown }
	})
	problem := try(t, engine, runtime.BreakerFirst, property{"excluded", func(s *subject) {
		s.call(times(40, fail)...)
		s.leave(40)
		s.is(runtime.Closed, "after forty excluded failures and forty who left")
		s.tripBy(crash)
	}})
	if problem != "" {
		t.Error(problem)
	}
}

// A timeout of cep21's own is a failure, and the call is waited for.
func TestCep21Timeout(t *testing.T) {
	engine := cep21.Engine(func(string) circuit.Config {
		return circuit.Config{Execution: circuit.ExecutionConfig{Timeout: time.Second}}
	})
	problem := try(t, engine, runtime.BreakerFirst, property{"timeout", func(s *subject) {
		s.call(times(10, hang)...)
		s.is(runtime.Open, "after ten timeouts in a row")
	}})
	if problem != "" {
		t.Error(problem)
	}
}
