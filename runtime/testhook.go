package runtime

import (
	"strconv"
	"strings"

	"github.com/breakergen/breakergen/runtime/internal/testhook"
)

func init() {
	testhook.Begin = func(r any) { registryIn(r.(*Registry)).tested = true }
	testhook.Circuit = func(r any, name string) (any, error) {
		c, err := registryIn(r.(*Registry)).named(name)
		if c == nil {
			return nil, err
		}
		return c.public, nil
	}
	testhook.Judge = func(in any, err error) uint8 {
		c := circuitIn(in.(*Circuit))
		b := c.bound.Load()
		return uint8(b.judge(b.plan(c.applied.Load()), err))
	}
	testhook.HalfOpen = func(in any) bool {
		c := circuitIn(in.(*Circuit))
		if c.engine != nil {
			return false
		}
		if c.state() != Open {
			c.force(Open)
		}
		defer c.registry.events.Deliver()
		c.machine.HalfOpen(c.registry.clock.Now())
		return true
	}
}

// named returns a circuit, and makes it where it is one by key that no call has had yet; nil
// where there is none, nor can be.
func (r *registry) named(name string) (*circuit, error) {
	r.mu.RLock()
	c := r.circuits[readable(name)]
	var family *family
	for _, f := range r.families {
		if strings.HasPrefix(name, f.name+"[") && strings.HasSuffix(name, "]") {
			family = f
		}
	}
	r.mu.RUnlock()
	if c != nil || family == nil {
		return c, nil
	}
	key := name[len(family.name)+1 : len(name)-1]
	if unquoted, err := strconv.Unquote(key); err == nil && memberName(family.name, unquoted) == name {
		key = unquoted
	}
	return family.circuit(key)
}
