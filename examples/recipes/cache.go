package recipes

import (
	"context"
	"sync"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Cache keeps the last price of each thing. A real one has a bound, and forgets what is too
// old to be shown to anybody.
type Cache struct{ prices sync.Map }

// Fill returns a Catalog that keeps what next answers. It is what is wrapped.
func (c *Cache) Fill(next Catalog) Catalog { return filling{c, next} }

// Price satisfies Catalog for the wrapper's Fallback: it answers a failed call by what there
// is, and else returns why that failed.
func (c *Cache) Price(ctx context.Context, sku string) (Price, error) {
	if price, ok := c.prices.Load(sku); ok {
		return price.(Price), nil
	}
	return Price{}, breaker.CauseFrom(ctx)
}

type filling struct {
	cache *Cache
	next  Catalog
}

// Price satisfies Catalog.
func (f filling) Price(ctx context.Context, sku string) (Price, error) {
	price, err := f.next.Price(ctx, sku)
	if err == nil {
		f.cache.prices.Store(sku, price)
	}
	return price, err
}
