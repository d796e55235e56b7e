package main

import (
	"context"
	"sync"
	"time"

	"github.com/breakergen/breakergen/engines/internal/echo"
)

// floor is what a breaker can't do without, if it counts and times calls.
var floor = []struct {
	name string
	call func() call
}{
	{"two readings of the clock (time.Since twice)", func() call {
		began := time.Now()
		return func(context.Context) error {
			if time.Since(began)+time.Since(began) < 0 { // so that the compiler leaves them in
				return errDown
			}
			return nil
		}
	}},
	{"one lock that nobody else holds", func() call {
		var mu sync.Mutex
		return func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			return nil
		}
	}},
	{"one dynamic call (the same, without any breaker)", func() call {
		var next echo.Echo = answering{}
		return func(ctx context.Context) error {
			_, err := next.Do(ctx, 1)
			return err
		}
	}},
}
