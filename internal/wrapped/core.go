package wrapped

import "context"

//go:generate go tool breakergen -q -iface=Core,Pods -out=core_breaker.go
//go:generate go tool breakergen -q -iface=Unit,Repo -out=unit_breaker.go

// Core has a client for each namespace.
type Core interface {
	//breakergen:wrap
	Pods(namespace string) Pods
	Ping(ctx context.Context) error
}

// Pods is that client. One of a pod's own goes on from there.
type Pods interface {
	//breakergen:retry off
	//breakergen:breaker consecutive=3
	Get(ctx context.Context, name string) (string, error)
	//breakergen:wrap
	Of(name string) Pods
}

// Unit is a unit of work with two repositories of one type's.
type Unit interface {
	//breakergen:wrap
	Users(ctx context.Context) (Repo[string], error)
	//breakergen:wrap
	Orders() Repo[int]
}

// Repo is one of them.
type Repo[T any] interface {
	Get(ctx context.Context, id string) (T, error)
}
