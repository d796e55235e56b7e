// Package recipes adds to a wrapper what other libraries do well: docs/recipes.md shows it.
package recipes

import "context"

//go:generate go tool breakergen -iface=Catalog

// Price is what something costs.
type Price struct {
	SKU   string
	Cents int
	Parts []int
}

// Catalog knows prices.
type Catalog interface {
	// Price returns what something costs.
	Price(ctx context.Context, sku string) (Price, error)
}
