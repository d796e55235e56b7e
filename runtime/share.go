package runtime

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// asked is what the wrappers and methods that share a circuit must ask for alike.
type asked struct {
	breaker  BreakerPolicy
	bulkhead BulkheadPolicy
	engine   bool
	maxKeys  int // 0 where there is no key
}

func (b *binding) asked() asked {
	plan := b.bound.plan(nil)
	a := asked{breaker: plan.Breaker, bulkhead: plan.Bulkhead, engine: b.engine != nil}
	if b.keyed {
		a.maxKeys = cmp.Or(b.maxKeys, defaultMaxKeys)
	}
	return a
}

// checkShared compares what the binding asks for with what is there.
func (b *binding) checkShared(there asked, owner string, keyed bool) error {
	ours := b.asked()
	problem := ""
	switch {
	case b.keyed != keyed:
		problem = "has a key in one place and none in the other"
	case b.owner != "" && owner != "" && b.owner != owner:
		problem = fmt.Sprintf("belongs to %s: set Name, or name it in a circuit directive to share it",
			owner)
	case ours.engine != there.engine:
		problem = "has another engine already"
	case ours.breaker != there.breaker:
		problem = "has another breaker policy already: " + differences(there.breaker, ours.breaker)
	case ours.bulkhead != there.bulkhead:
		problem = "has another bulkhead policy already: " + differences(there.bulkhead, ours.bulkhead)
	case ours.maxKeys != there.maxKeys:
		problem = fmt.Sprintf("has max=%d already, not %d", there.maxKeys, ours.maxKeys)
	default:
		return nil
	}
	return fmt.Errorf("%s: circuit %s %s", b.path, b.name, problem)
}

// differences says in which fields two policies differ.
func differences(there, ours any) string {
	a, b := reflect.ValueOf(there), reflect.ValueOf(ours)
	var fields []string
	for i := range a.NumField() {
		if !a.Field(i).Equal(b.Field(i)) {
			fields = append(fields, fmt.Sprintf("%s %v, not %v",
				a.Type().Field(i).Name, a.Field(i), b.Field(i)))
		}
	}
	return strings.Join(fields, "; ")
}

// checkName refuses the name of a circuit that a key could make too. The caller holds
// the registry's lock.
func (b *binding) checkName(r *registry) error {
	family, _, _ := strings.Cut(b.name, "[")
	taken := r.families[family] != nil && family != b.name
	if b.keyed {
		for name, c := range r.circuits {
			taken = taken || c.family == nil && strings.HasPrefix(name, b.name+"[")
		}
	}
	if taken {
		return fmt.Errorf("%s: circuit %s would have the name of one that a key makes: "+
			"give it another", b.path, b.name)
	}
	return nil
}
