package recipes

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"
	"github.com/slok/goresilience/chaos"
	"github.com/slok/goresilience/concurrencylimit"
	"github.com/slok/goresilience/concurrencylimit/execute"
	"github.com/slok/goresilience/concurrencylimit/limit"
	goerrors "github.com/slok/goresilience/errors"
	"golang.org/x/time/rate"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// fake is a catalog that does as a test says.
type fake func(ctx context.Context, sku string) (Price, error)

func (f fake) Price(ctx context.Context, sku string) (Price, error) { return f(ctx, sku) }

func dear(_ context.Context, sku string) (Price, error) { return Price{SKU: sku, Cents: 999}, nil }

var errDown = errors.New("connection refused")

func down(context.Context, string) (Price, error) { return Price{}, errDown }

// wrap puts a catalog behind a wrapper.
func wrap(t *testing.T, next Catalog, config CatalogBreakerConfig) (*CatalogBreaker, *breakertest.Registry) {
	t.Helper()
	circuits := breakertest.New(t)
	config.Registry = circuits.Runtime()
	c, err := NewCatalogBreaker(next, config)
	if err != nil {
		t.Fatal(err)
	}
	return c, circuits
}

// TestRefuse: what is refused is no failure of the catalog's, and is never counted as one.
func TestRefuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := CatalogBreakerConfig{
			Outer: []breaker.Middleware{Refuse(rate.NewLimiter(10, 2))}, // 10 a second, 2 at once
		}
		catalog, circuits := wrap(t, fake(dear), config)
		for range 2 {
			for i := range 20 {
				if _, err := catalog.Price(t.Context(), "tea"); (err == nil) != (i < 2) || err != nil && err != ErrTooFast {
					t.Errorf("call %d: %v", i, err)
				}
			}
			time.Sleep(time.Second)
		}
		if got := circuits.Calls("Catalog.Price"); got.Successes != 4 || got.Calls() != 4 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestRefuseWithFallback: the fallback answers what is refused, as all that fails.
func TestRefuseWithFallback(t *testing.T) {
	catalog, _ := wrap(t, fake(down), CatalogBreakerConfig{
		Outer:    []breaker.Middleware{Refuse(rate.NewLimiter(0, 0))},
		Fallback: fake(dear),
	})
	if price, err := catalog.Price(t.Context(), "tea"); err != nil || price.Cents != 999 {
		t.Errorf("got %v, %v", price, err)
	}
}

// TestWait: all come through, at the limit's pace; but none that would wait for too long.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := CatalogBreakerConfig{
			Outer: []breaker.Middleware{Wait(rate.NewLimiter(10, 1))},
		}
		catalog, circuits := wrap(t, fake(dear), config)
		begun := time.Now()
		for range 21 {
			if _, err := catalog.Price(t.Context(), "tea"); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begun).Round(time.Millisecond); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := catalog.Price(ctx, "tea"); err == nil {
			t.Error("a call came through whose caller doesn't wait so long")
		}
		if got := circuits.Calls("Catalog.Price"); got.Successes != 21 || got.Calls() != 21 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestHedge: the second try answers where the first hangs; the circuit counts one call.
func TestHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		ended := make(chan error, 1)
		hanging := fake(func(ctx context.Context, sku string) (Price, error) {
			if made.Add(1) == 1 {
				<-ctx.Done()
				ended <- ctx.Err()
				return Price{}, ctx.Err()
			}
			return dear(ctx, sku)
		})
		config := CatalogBreakerConfig{
			Inner: []breaker.Middleware{Hedge(50 * time.Millisecond)},
		}
		catalog, circuits := wrap(t, hanging, config)
		begun := time.Now()
		price, err := catalog.Price(t.Context(), "tea")
		if took := time.Since(begun); err != nil || price.Cents != 999 || took != 50*time.Millisecond {
			t.Errorf("got %v, %v after %v", price, err, took)
		}
		if err := <-ended; err != context.Canceled {
			t.Errorf("the slower one was told %v", err)
		}
		if got := circuits.Calls("Catalog.Price"); got.Successes != 1 || got.Calls() != 1 || got.Retries != 0 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestHedge_Fails: a try that fails isn't the answer while the other one may succeed, and
// what fails in both is retried.
func TestHedge_Fails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		catalog, circuits := wrap(t, fake(func(ctx context.Context, sku string) (Price, error) {
			n := made.Add(1)
			time.Sleep(100 * time.Millisecond)
			if n < 4 {
				return Price{}, errDown
			}
			return dear(ctx, sku)
		}), CatalogBreakerConfig{Inner: []breaker.Middleware{Hedge(50 * time.Millisecond)}})
		if price, err := catalog.Price(t.Context(), "tea"); err != nil || price.Cents != 999 || made.Load() != 4 {
			t.Errorf("got %v, %v after %d tries", price, err, made.Load())
		}
		if got := circuits.Calls("Catalog.Price"); got.Successes != 1 || got.Retries != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestHedge_Whole: of two tries that end at once, the caller gets the results of one.
func TestHedge_Whole(t *testing.T) {
	var made atomic.Int64
	catalog, _ := wrap(t, fake(func(context.Context, string) (Price, error) {
		n := int(made.Add(1))
		return Price{Cents: n, Parts: []int{n, n, n}}, nil
	}), CatalogBreakerConfig{Inner: []breaker.Middleware{Hedge(0)}})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				price, err := catalog.Price(t.Context(), "tea")
				if err != nil || len(price.Parts) != 3 {
					t.Errorf("got %+v, %v", price, err)
				}
				for _, n := range price.Parts {
					if n != price.Cents {
						t.Errorf("got %+v: of two tries", price)
					}
				}
			}
		})
	}
	all.Wait()
}

// TestChaos: injected failures are the dependency's: they are retried, and open the circuit.
func TestChaos(t *testing.T) {
	injector := &chaos.Injector{}
	if err := injector.SetErrorPercent(100); err != nil {
		t.Fatal(err)
	}
	config := CatalogBreakerConfig{
		Inner: []breaker.Middleware{chaos.NewMiddleware(chaos.Config{Injector: injector})},
	}
	catalog, circuits := wrap(t, fake(dear), config)
	circuits.Expect("Catalog.Price")
	if _, err := catalog.Price(t.Context(), "tea"); err != nil { // the injector lets its second attempt through
		t.Error(err)
	}
	for range 10 {
		if _, err := catalog.Price(t.Context(), "tea"); !errors.Is(err, goerrors.ErrFailureInjected) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := catalog.Price(t.Context(), "tea"); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v", err)
	}
	if got := circuits.Calls("Catalog.Price"); got.Failures != 10 || got.Retries == 0 {
		t.Errorf("counted %+v", got)
	}
}

// TestAdaptiveLimit: no more calls are under way than the limit allows, what finds no place in
// time is turned away, and that isn't held against the catalog.
func TestAdaptiveLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		executor := execute.NewFIFO(execute.FIFOConfig{MaxWaitTime: 10 * time.Millisecond})
		config := CatalogBreakerConfig{
			Outer: []breaker.Middleware{concurrencylimit.NewMiddleware(concurrencylimit.Config{
				Executor: executor,
				Limiter:  limit.NewAIMD(limit.AIMDConfig{MinimumLimit: 2}),
			})},
		}
		var underway, most atomic.Int64
		catalog, circuits := wrap(t, fake(func(ctx context.Context, sku string) (Price, error) {
			most.Store(max(most.Load(), underway.Add(1)))
			defer underway.Add(-1)
			time.Sleep(100 * time.Millisecond)
			return dear(ctx, sku)
		}), config)
		var all sync.WaitGroup
		var answered, refused atomic.Int64
		for range 10 {
			all.Go(func() {
				switch price, err := catalog.Price(t.Context(), "tea"); {
				case err == nil && price.Cents == 999:
					answered.Add(1)
				case errors.Is(err, goerrors.ErrRejectedExecution):
					refused.Add(1)
				default:
					t.Errorf("got %v, %v", price, err)
				}
			})
		}
		all.Wait()
		executor.SetWorkerQuantity(0) // ends its goroutines
		if most.Load() != 2 || answered.Load() != 2 || refused.Load() != 8 {
			t.Errorf("%d at once, %d answered, %d refused", most.Load(), answered.Load(), refused.Load())
		}
		if got := circuits.Calls("Catalog.Price"); got.Successes != 2 || got.Calls() != 2 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestShared: ten callers, one call; one that leaves takes it from nobody.
func TestShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		catalog, circuits := wrap(t, fake(func(ctx context.Context, sku string) (Price, error) {
			made.Add(1)
			time.Sleep(100 * time.Millisecond)
			return dear(ctx, sku)
		}), CatalogBreakerConfig{})
		shared := &Shared{Catalog: catalog}
		var all sync.WaitGroup
		impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		all.Go(func() {
			if _, err := shared.Price(impatient, "tea"); err != context.DeadlineExceeded {
				t.Errorf("the impatient one got %v", err)
			}
		})
		synctest.Wait()
		for range 9 {
			all.Go(func() {
				if price, err := shared.Price(t.Context(), "tea"); err != nil || price.Cents != 999 {
					t.Errorf("got %v, %v", price, err)
				}
			})
		}
		all.Wait()
		if got := circuits.Calls("Catalog.Price"); made.Load() != 1 || got.Successes != 1 || got.Calls() != 1 {
			t.Errorf("%d calls, counted %+v", made.Load(), got)
		}
		circuits.Open("Catalog.Price")
		if _, err := shared.Price(t.Context(), "tea"); !errors.As(err, new(*breaker.OpenError)) {
			t.Errorf("behind an open circuit: %v", err)
		}
	})
}

// TestSingleflightIsNoLink shows why Shared goes around the wrapper: a link sees neither the
// arguments nor the results of a call, so who shares another one's run has none to give, and an error in their place.
func TestSingleflightIsNoLink(t *testing.T) {
	notAtAll := func(goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(context.Context, goresilience.Func) error { return nil })
	}
	catalog, _ := wrap(t, fake(dear), CatalogBreakerConfig{Outer: []breaker.Middleware{notAtAll}})
	if price, err := catalog.Price(t.Context(), "tea"); price.Cents != 0 || err == nil {
		t.Errorf("got %v, %v", price, err)
	}
}

// TestCache: what was answered once is answered while the circuit is open.
func TestCache(t *testing.T) {
	cache := &Cache{}
	catalog, circuits := wrap(t, cache.Fill(fake(dear)), CatalogBreakerConfig{Fallback: cache})
	if _, err := catalog.Price(t.Context(), "tea"); err != nil {
		t.Fatal(err)
	}
	circuits.Open("Catalog.Price")
	if price, err := catalog.Price(t.Context(), "tea"); err != nil || price.Cents != 999 {
		t.Errorf("what is kept: %v, %v", price, err)
	}
	if _, err := catalog.Price(t.Context(), "rum"); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("what isn't: %v", err)
	}
	if got := circuits.Calls("Catalog.Price"); got.Fallbacks != 1 || got.FallbackFailures != 1 {
		t.Errorf("counted %+v", got)
	}
}
