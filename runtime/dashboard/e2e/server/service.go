package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// The first dozen circuits are these; more are the tenants of the last.
var names = []string{
	"UserClient.GetUser", "UserClient.Avatar", "UserClient.Transfer", "UserClient.Upload",
	"Payments.Charge", "Payments.Refund", "Search.Query", "Search.Suggest",
	"inventory-api", "Mailer.Send", "Sessions.Touch", "Reports.Export",
}

// service is a dependency with a character of its own.
type service struct {
	call    dependency
	rate    float64       // calls a second
	latency time.Duration // its median
	errors  float64       // share of calls that fail
	outage  bool          // it fails wholly for most of each half minute,
	hangs   bool          // and doesn't even say so
	random  *rand.Rand
}

func newService(registry *runtime.Registry, i int) *service {
	random := rand.New(rand.NewPCG(1, uint64(i)))
	s := &service{
		rate:    math.Exp(random.NormFloat64() + 3),
		latency: time.Duration(math.Exp(random.NormFloat64()+2.5) * float64(time.Millisecond)),
		errors:  0.003 * random.Float64(),
		random:  random,
	}
	switch i % 37 {
	case 1:
		s.rate, s.errors = 50, 0.42
	case 4:
		s.rate, s.outage = 60, true
	case 7:
		s.rate, s.latency = 8, 400*time.Millisecond
	case 8:
		s.rate, s.outage, s.hangs = 25, true, true
	case 9:
		s.rate = 0.3
	}
	name := names[min(i, len(names)-1)]
	if i >= len(names) {
		name = fmt.Sprintf("%s[tenant-%03d]", name, i-len(names)+1)
	}
	s.call = newCircuit(registry, name, runtime.Policy{}, s.answer)
	return s
}

// answer takes its time, and fails in its way.
func (s *service) answer(ctx context.Context) error {
	out := s.outage && time.Now().Second()%30 > 8
	took := time.Duration(float64(s.latency) * math.Exp(rand.NormFloat64()*0.6))
	if out && s.hangs {
		took = time.Minute
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(took):
	}
	if out || rand.Float64() < s.errors {
		return errDependency
	}
	return nil
}

// run calls the service at its rate, which swings within a minute.
func (s *service) run() {
	for start := time.Now(); ; {
		swing := 1 + 0.5*math.Sin(time.Since(start).Seconds()/9+s.rate)
		wait := s.random.ExpFloat64() / (s.rate * swing)
		time.Sleep(time.Duration(wait * float64(time.Second)))
		go s.call(context.Background())
	}
}
