package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=System

// System is the dependency.
type System interface {
	// Ask asks it for an answer.
	//breakergen:circuit hystrix-circuit
	//breakergen:breaker failure-rate=50% min-calls=10 open=2s
	//breakergen:retry off
	Ask(ctx context.Context) (string, error)
}

// huge is a System that fails for one second in ten, and is slow or fails at random in
// all others.
type huge struct{}

func (huge) Ask(context.Context) (string, error) {
	return behave(time.Now(), time.Sleep, rand.N(2) == 0)
}

// behave does what is due at that moment. It doesn't listen to its context, like many a
// dependency: what takes 5 s has its answer delivered, and counts as a timeout.
func behave(now time.Time, sleep func(time.Duration), even bool) (string, error) {
	if now.Second()%10 == 0 {
		return "", errors.New("huge system error")
	}
	switch now.UnixMilli() % 10 {
	case 0:
		return "at once", nil
	case 2, 9:
		sleep(750 * time.Millisecond)
		return "", errors.New("slow system error")
	case 7:
		sleep(5 * time.Second)
		return "after a long time", nil
	default:
		sleep(20 * time.Millisecond)
		if even {
			return "", errors.New("random system error")
		}
		return "soon", nil
	}
}

// standIn is the fallback. It answers where the circuit is open, and says so; other
// errors go to the caller.
type standIn struct{}

func (standIn) Ask(ctx context.Context) (string, error) {
	cause := breaker.CauseFrom(ctx)
	if errors.As(cause, new(*breaker.OpenError)) {
		return "from the fallback: " + cause.Error(), nil
	}
	return "", cause
}
