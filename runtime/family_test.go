package runtime

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

type doer interface {
	Do(context.Context, int) (int, error)
}

type doesNothing struct{}

func (doesNothing) Do(context.Context, int) (int, error) { return 0, nil }

// A circuit that is made is in use from then on, although its first call hasn't begun: the
// one that goes is an older one.
func TestFamilyMakesWhatIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := Builder[doer]{Interface: "Doer", Next: doesNothing{}, Registry: NewRegistry()}
		m := NewMethod(&b, Spec[doer, int, int]{Name: "Do", Call: doer.Do, Key: strconv.Itoa, MaxKeys: 2})
		if err := b.Build(); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"used", "made", "newest"} {
			c, err := m.chain.family.circuit(key)
			if err != nil {
				t.Fatal(err)
			}
			if key == "used" {
				c.use()
			}
			time.Sleep(time.Second)
		}
		for key, want := range map[string]bool{"used": false, "made": true, "newest": true} {
			if _, ok := b.Registry.Circuit("Doer.Do[" + key + "]"); ok != want {
				t.Errorf("%s is there: %v", key, ok)
			}
		}
	})
}
