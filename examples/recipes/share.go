package recipes

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// Shared is a Catalog whose callers share one call where they ask for the same at the same
// time. It goes around the wrapper. What they get, they share as well.
type Shared struct {
	Catalog
	group singleflight.Group
}

// Price satisfies Catalog. A caller that leaves takes the call from nobody: it goes on
// without him, for as long as the wrapper's timeout lets it.
func (s *Shared) Price(ctx context.Context, sku string) (Price, error) {
	shared := context.WithoutCancel(ctx)
	result := s.group.DoChan(sku, func() (any, error) { return s.Catalog.Price(shared, sku) })
	select {
	case <-ctx.Done():
		return Price{}, ctx.Err()
	case r := <-result:
		price, _ := r.Val.(Price)
		return price, r.Err
	}
}
