package config_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

// TestLoad_Names has the most exact of what is said of a circuit hold, setting by setting.
func TestLoad_Names(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	for _, name := range []string{"Users.Get", "Users.List", "User", "Orders.Get"} {
		newCircuit(t, r, name, spec{})
	}
	get := newCircuit(t, r, "Tenants.Get", spec{Keyed: true})
	get("acme")
	get("ace")
	get("bolt")
	newCircuit(t, r, "Tenants.GetAll", spec{})
	load(t, r, `{
		"Users.Get":          {"retry": {"attempts": 5}},
		"*":                  {"retry": {"attempts": 2, "backoff": "1ms..1h"}, "timeout": "9s"},
		"User*":              {"timeout": "8s", "breaker": {"window": "1m"}},
		"Users.*":            {"timeout": {"total": "7m"}, "retry": {"backoff": "6ms"}, "breaker": {"window": 100}},
		"Tenants":            {"retry": {"attempts": 98}},
		"Tenants.G":          {"bulkhead": {"wait": "99s"}},
		"Tenants.Get":        {"retry": {"attempts": 10}, "timeout": "10s"},
		"Tenants.Get*":       {"retry": {"attempts": 11}, "timeout": "11s", "bulkhead": 11},
		"Tenants.Get[*]":     {"retry": {"attempts": 12}},
		"Tenants.Get[ac*":    {"retry": {"attempts": 13}, "bulkhead": {"wait": "13s"}},
		"Tenants.Get[acme]":  {"retry": {"attempts": 14}}
	}`)
	get("acorn") // they come later
	get("bud")
	newCircuit(t, r, "Users.Put", spec{})
	for name, want := range map[string]string{
		"Users.Get":          `5 6ms 1h0m0s, 8s 7m0s, 0s 100, 0 0s`,
		"Users.List":         `2 6ms 1h0m0s, 8s 7m0s, 0s 100, 0 0s`,
		"Users.Put":          `2 6ms 1h0m0s, 8s 7m0s, 0s 100, 0 0s`,
		"User":               `2 1ms 1h0m0s, 8s 0s, 1m0s 0, 0 0s`,
		"Orders.Get":         `2 1ms 1h0m0s, 9s 0s, 10s 0, 0 0s`,
		"Tenants.GetAll":     `11 1ms 1h0m0s, 11s 0s, 10s 0, 11 0s`,
		"Tenants.Get[acme]":  `14 1ms 1h0m0s, 10s 0s, 10s 0, 11 13s`,
		"Tenants.Get[ace]":   `13 1ms 1h0m0s, 10s 0s, 10s 0, 11 13s`,
		"Tenants.Get[acorn]": `13 1ms 1h0m0s, 10s 0s, 10s 0, 11 13s`,
		"Tenants.Get[bolt]":  `12 1ms 1h0m0s, 10s 0s, 10s 0, 11 0s`,
		"Tenants.Get[bud]":   `12 1ms 1h0m0s, 10s 0s, 10s 0, 11 0s`,
	} {
		p := inForce(t, r, name)
		got := fmt.Sprintf("%d %v %v, %v %v, %v %d, %d %v", p.Retry.Attempts, p.Retry.Backoff, p.Retry.MaxBackoff,
			p.Timeout.Attempt, p.Timeout.Total, p.Breaker.Window, p.Breaker.WindowCalls, p.Bulkhead.Limit, p.Bulkhead.Wait)
		if got != want {
			t.Errorf("%s has\n%s, want\n%s", name, got, want)
		}
	}
}

// TestLoad_TakenBack has what isn't said any more be as directives ask.
func TestLoad_TakenBack(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	four := spec{Policy: runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 4}}}
	newCircuit(t, r, "A", four)
	newCircuit(t, r, "B", four)
	four.Keyed = true
	call := newCircuit(t, r, "K", four)
	call("1")
	call("2")
	load(t, r, `{"A": {"retry": {"attempts": 5}}, "B": {"retry": {"attempts": 5}}, "K": {"retry": {"attempts": 5}},
		"K[2]": {"retry": {"attempts": 6}}}`)
	attempts(t, r, "K[2]", 6)
	load(t, r, `{"B": {"retry": {"attempts": 5}}, "K": {"retry": {"attempts": 5}}}`)
	attempts(t, r, "A", 4)
	attempts(t, r, "B", 5)
	attempts(t, r, "K[1]", 5)
	attempts(t, r, "K[2]", 5)
	load(t, r, `{}`)
	call("3")
	for _, name := range []string{"A", "B", "K[1]", "K[2]", "K[3]"} {
		attempts(t, r, name, 4)
	}
}

// TestLoad_Whole has nothing change where something is impossible.
func TestLoad_Whole(t *testing.T) {
	l := logged(t)
	r := runtime.NewRegistry()
	newCircuit(t, r, "A", spec{})
	newCircuit(t, r, "B", spec{Policy: runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Second, MaxBackoff: time.Minute}}})
	newCircuit(t, r, "E", spec{Engine: newEngine})
	newCircuit(t, r, "F", spec{Keyed: true, Engine: newEngine})("1")
	newCircuit(t, r, "L", spec{Keyed: true, Policy: runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Minute}}})("1")
	newCircuit(t, r, "L", spec{Keyed: true}) // whose keys to come have another backoff
	call := newCircuit(t, r, "K", spec{Keyed: true})
	call("1")
	if err := r.Apply("K[1]", runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Minute, MaxBackoff: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	const some = `"A": {"retry": {"attempts": 2}}, "K": {"retry": {"attempts": 2}}, "C": {"retry": {"attempts": 2}}, `
	for settings, want := range map[string]string{
		``:           `it ends too early`,
		`null`:       `null is not an object`,
		`{` + some:   `it ends too early`,
		`{"": {}}`:   `a policy has no name`,
		`{"A": "x"}`: `A: "x" is not an object`,
		`{` + some + `"B": {"breaker": {"failure-rate": "150%"}, "retri": {}}, "D": {"timeout": 1}}`: "B: breaker.failure-rate: 150% is over 100%\n" +
			"B: retri: there is no such setting: there are breaker, retry, timeout and bulkhead\nD: timeout: 1 has no unit: write 300ms or 1m30s",
		`{` + some + `"A": {}}`:                                                                       `"A" is there twice`,
		`{` + some + `"A.G*t": {}}`:                                                                   `A.G*t: only at the end does * stand for anything`,
		`{` + some + `"*.Get*": {}}`:                                                                  `*.Get*: only at the end does * stand for anything`,
		`{` + some + `"K[*": {}, "K[*]": {}}`:                                                         `K[* and K[*] are the same circuits`,
		`{` + some + `"B": {"retry": {"backoff": "2m"}}}`:                                             `B: retry.backoff: 1m is less than the 2m that it begins with`,
		`{` + some + `"E": {"breaker": {"probes": 2}}}`:                                               `E: breaker: an engine's breaker can't be changed while it works`,
		`{` + some + `"F": {"breaker": {"probes": 2}}}`:                                               "F: breaker: an engine's breaker can't be changed while it works\nF[1]: breaker: an engine's breaker can't be changed while it works",
		`{` + some + `"F[1]": {"breaker": {"probes": 2}}}`:                                            `F[1]: breaker: an engine's breaker can't be changed while it works`,
		`{` + some + `"L": {"retry": {"backoff": "..5s"}}}`:                                           `L[1]: retry.backoff: 5s is less than the 1m that it begins with`,
		`{` + some + `"O": {"retry": {"backoff": "..5s"}}, "O[1]": {"retry": {"backoff": "9s"}}}`:     `O[1]: retry.backoff: 5s is less than the 9s that it begins with`,
		`{` + some + `"N*": {"breaker": {"open": "..1s"}}, "Not.There": {"breaker": {"open": "2s"}}}`: `Not.There: breaker.open: 1s is less than the 2s that it begins with`,
	} {
		err := config.Load(r, strings.NewReader(settings))
		if err == nil || err.Error() != want {
			t.Errorf("%s\n\t%v\nwant\n\t%s", settings, err, want)
		}
		call("2")
		attempts(t, r, "A", 3)
		attempts(t, r, "K[1]", 3)
		attempts(t, r, "K[2]", 3)
	}
	if err := config.Load(r, iotest.ErrReader(errors.New("broken pipe"))); err == nil || err.Error() != "broken pipe" {
		t.Errorf("got %v", err)
	}
	newCircuit(t, r, "C", spec{})
	attempts(t, r, "C", 3)
	l.are(t)
}

// engine is a breaker that is always closed.
type engine struct{}

func (engine) Wrap(next goresilience.Runner) goresilience.Runner { return next }
func (engine) State() runtime.State                              { return runtime.Closed }

func newEngine(string, runtime.BreakerPolicy) (runtime.Breaker, error) { return engine{}, nil }

// TestLoad_Off has what directives turn off turned on by nothing but a whole name.
func TestLoad_Off(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	off := runtime.Policy{
		Breaker: runtime.BreakerPolicy{Off: true}, Retry: runtime.RetryPolicy{Off: true}, Timeout: runtime.TimeoutPolicy{Off: true},
	}
	newCircuit(t, r, "A", spec{Policy: off})
	newCircuit(t, r, "B", spec{})
	call := newCircuit(t, r, "K", spec{Policy: off, Keyed: true})
	is := func(name string, breaker, retry, timeout bool) {
		t.Helper()
		p := inForce(t, r, name)
		if p.Breaker.Off != breaker || p.Retry.Off != retry || p.Timeout.Off != timeout {
			t.Errorf("%s: breaker off %v, retry off %v, timeout off %v", name, p.Breaker.Off, p.Retry.Off, p.Timeout.Off)
		}
	}
	const all = `"*": {"breaker": {"probes": 2}, "retry": {"attempts": 2}, "timeout": "2s"}`
	load(t, r, `{`+all+`}`)
	call("1")
	is("A", true, true, true)
	is("B", false, false, false)
	is("K[1]", true, true, true)
	load(t, r, `{`+all+`, "A": {"retry": {"backoff": "1s"}}, "B": {"breaker": "off", "retry": false, "timeout": "off"}, "K": {"timeout": "3s"}}`)
	call("2")
	is("A", true, false, true)
	attempts(t, r, "A", 2)
	for _, other := range []runtime.Policy{{Bulkhead: runtime.BulkheadPolicy{Limit: 2}}, {Breaker: runtime.BreakerPolicy{Probes: 3}}, {Timeout: runtime.TimeoutPolicy{Total: 1}}, {Bulkhead: runtime.BulkheadPolicy{Limit: 3}}} {
		if err := r.Apply("A", other); err != nil {
			t.Fatal(err)
		}
	}
	is("A", false, false, false)
	is("B", true, true, true)
	is("K[1]", true, true, false)
	is("K[2]", true, true, false)
	load(t, r, `{"K[1]": {"retry": {"attempts": 2}}, "K[2*": {"retry": {"attempts": 2}}}`)
	call("22")
	is("K[1]", true, false, true)
	is("K[2]", true, true, true)
	is("K[22]", true, true, true)
	if err := r.Apply("A", runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}); err != nil {
		t.Fatal(err)
	}
	is("A", true, false, true)
	load(t, r, `{"A": {"breaker": {"probes": 2}}}`)
	is("A", false, true, true)
	load(t, r, `{"*": {"timeout": "2s"}}`)
	is("A", true, true, true)
	load(t, r, `{"A": {"timeout": "2s"}}`)
	is("A", true, true, false)
}

// TestLoad_SharedCircuit has a method keep what is off of its own, where others of its circuit
// have it on, whichever of them came last.
func TestLoad_SharedCircuit(t *testing.T) {
	logged(t)
	for _, offFirst := range []bool{true, false} {
		r := runtime.NewRegistry()
		calls := 0
		boom := func(context.Context) error { calls++; return errors.New("boom") }
		method := func(off bool) testcircuit.Method {
			return spec{
				Registry: r,
				Circuit:  "A",
				Policy:   runtime.Policy{Retry: runtime.RetryPolicy{Off: off, Backoff: 1, MaxBackoff: 1}},
			}.New(t)
		}
		methods := map[bool]testcircuit.Method{offFirst: method(offFirst)}
		load(t, r, `{"*": {"retry": {"attempts": 2}}}`)
		methods[!offFirst] = method(!offFirst)
		for off, want := range map[bool]int{true: 1, false: 2} {
			calls = 0
			if methods[off](context.Background(), boom); calls != want {
				t.Errorf("retry off %v: %d calls, want %d", off, calls, want)
			}
		}
	}
}

// TestLoad_Apply has the last writer win: a Load that says what was said before is none.
func TestLoad_Apply(t *testing.T) {
	l := logged(t)
	r := runtime.NewRegistry()
	newCircuit(t, r, "A", spec{})
	call := newCircuit(t, r, "K", spec{Keyed: true})
	call("1")
	call("2")
	apply := func(name string, attempts int) {
		t.Helper()
		if err := r.Apply(name, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: attempts}}); err != nil {
			t.Fatal(err)
		}
	}
	const first = `{"A": {"retry": {"attempts": 5}, "timeout": "2s"}, "K": {"retry": {"attempts": 5}}, "K[2]": {"bulkhead": 1}}`
	load(t, r, first)
	l.text.Reset()
	apply("A", 6)
	apply("K", 6)
	apply("K[1]", 7)
	load(t, r, first)
	l.are(t)
	call("3")
	newCircuit(t, r, "A", spec{}) // that there is another wrapper says nothing new
	newCircuit(t, r, "K", spec{Keyed: true})
	attempts(t, r, "A", 6)
	attempts(t, r, "K[1]", 7)
	attempts(t, r, "K[2]", 6)
	attempts(t, r, "K[3]", 6)
	if got := inForce(t, r, "A").Timeout.Attempt; got != 2*time.Second {
		t.Errorf("what Apply doesn't say is %v", got)
	}
	load(t, r, `{"A": {"timeout": "3s"}, "K": {"retry": {"attempts": 5}}, "K[2]": {"bulkhead": 2}}`)
	l.are(t, `level=INFO msg="setting changed" circuit=K[2] field=bulkhead.limit from=1 to=2`,
		`level=INFO msg="setting changed" circuit=A field=retry.attempts from=6 to=3`,
		`level=INFO msg="setting changed" circuit=A field=timeout.attempt from=2s to=3s`)
	attempts(t, r, "A", 3)
	attempts(t, r, "K[1]", 7)
	attempts(t, r, "K[2]", 6)
	if err := r.Restore("K"); err != nil {
		t.Fatal(err)
	}
	attempts(t, r, "K[2]", 3)
	load(t, r, `{"K": {"retry": {"attempts": 4}}}`)
	attempts(t, r, "K[1]", 4)
	attempts(t, r, "K[2]", 4)
}

// TestLoad_States has forced states stay.
func TestLoad_States(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	newCircuit(t, r, "A", spec{})
	a, _ := r.Circuit("A")
	events := 0
	defer r.Subscribe(func(runtime.Event) { events++ })()
	for force, want := range map[*func(*runtime.Circuit)]runtime.State{
		ptr((*runtime.Circuit).ForceOpen): runtime.Open, ptr((*runtime.Circuit).ForceClose): runtime.Closed,
	} {
		(*force)(a)
		before := events
		load(t, r, `{"A": {"breaker": {"open": "1s", "consecutive": 1}}}`)
		load(t, r, `{"A": {"breaker": "off"}}`)
		load(t, r, `{}`)
		if s := a.Snapshot(); s.State != want || !s.Forced || events != before {
			t.Errorf("it is %v, forced %v, after %d events", s.State, s.Forced, events-before)
		}
	}
}

// TestLoad_Closes has a breaker that is turned off close, and those told that listen.
func TestLoad_Closes(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	call := spec{
		Registry: r,
		Circuit:  "A",
		Policy:   runtime.Policy{Retry: runtime.RetryPolicy{Off: true}, Breaker: runtime.BreakerPolicy{Consecutive: 1}},
	}.New(t)
	call.Take(0, errors.New("boom"))
	var got []runtime.State
	defer r.Subscribe(func(e runtime.Event) { got = append(got, e.From, e.To) })()
	load(t, r, `{"A": {"breaker": "off"}}`)
	if want := []runtime.State{runtime.Open, runtime.Closed}; !slices.Equal(got, want) {
		t.Errorf("it went %v, want %v", got, want)
	}
}

func ptr[T any](v T) *T { return &v }

// TestLoad_Refused has circuits that come later and can't have what is said of them go without
// it, which is logged once for each reason.
func TestLoad_Refused(t *testing.T) {
	l := logged(t)
	r := runtime.NewRegistry()
	load(t, r, `{"*": {"breaker": {"probes": 2}}, "B": {"retry": {"backoff": "2m"}}, "K[x*": {"retry": {"backoff": "2m"}},
		"K[y]": {"breaker": {"probes": 3}}, "K[z]": {"retry": {"backoff": "3m"}}}`)
	short := spec{Policy: runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Second, MaxBackoff: time.Minute}}}
	newCircuit(t, r, "A", short)
	newCircuit(t, r, "B", short)
	newCircuit(t, r, "E", spec{Engine: newEngine})
	byEngine := newCircuit(t, r, "F", spec{Keyed: true, Engine: newEngine})
	byEngine("1")
	short.Keyed = true
	call := newCircuit(t, r, "K", short)
	for _, key := range []string{"1", "x1", "x2", "y", "z"} {
		if err := call(key); err != nil {
			t.Error(err)
		}
	}
	l.are(t,
		`level=ERROR msg="settings impossible for a new circuit" circuit=B error="retry.backoff: 1m is less than the 2m that it begins with"`,
		`level=ERROR msg="settings impossible for a new circuit" circuit=E error="breaker: an engine's breaker can't be changed while it works"`,
		`level=ERROR msg="settings impossible for a new circuit" circuit=K[z] error="retry.backoff: 1m is less than the 3m that it begins with"`)
	for name, want := range map[string]int{"A": 2, "B": 1, "E": 1, "F[1]": 1, "K[1]": 2, "K[x1]": 2, "K[y]": 3} {
		if got := inForce(t, r, name).Breaker.Probes; got != want {
			t.Errorf("%s has %d probes, want %d", name, got, want)
		}
	}
	if got := inForce(t, r, "K[x1]").Retry.Backoff; got != time.Second {
		t.Errorf("the backoff is %v", got)
	}
	load(t, r, `{"F[2]": {"breaker": {"probes": 2}}}`)
	if err := byEngine("2"); err != nil || inForce(t, r, "F[2]").Breaker.Probes != 1 {
		t.Errorf("got %v, %+v", err, inForce(t, r, "F[2]").Breaker)
	}
}

// TestLoad_Default has nil be the default registry.
func TestLoad_Default(t *testing.T) {
	logged(t)
	newCircuit(t, nil, "config.Default", spec{})
	defer runtime.Default.Remove("config.Default")
	load(t, nil, `{"config.Default": {"retry": {"attempts": 5}}}`)
	defer load(t, nil, `{}`)
	attempts(t, runtime.Default, "config.Default", 5)
}

// TestLoad_Apart has what is said of different circuits be no contradiction.
func TestLoad_Apart(t *testing.T) {
	const short, long = `{"breaker": {"open": "..1s"}}`, `{"breaker": {"open": "2s"}}`
	load(t, runtime.NewRegistry(), `{"A": `+short+`, "A.B": `+long+`, "A[*.B]": `+short+`, "A.C*": `+long+`, "A.D*": `+short+`}`)
}

// TestLoad_MadeAnew has settings hold for what is made again after Remove.
func TestLoad_MadeAnew(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	newCircuit(t, r, "A", spec{})
	call := newCircuit(t, r, "K", spec{Keyed: true})
	call("1")
	load(t, r, `{"A": {"retry": {"attempts": 5}}, "K[1]": {"retry": {"attempts": 5}}}`)
	r.Remove("A")
	r.Remove("K[1]")
	newCircuit(t, r, "A", spec{})
	call("1")
	attempts(t, r, "A", 5)
	attempts(t, r, "K[1]", 5)
}

// TestLoad_Removed has settings be of what is in the registry, and of no key of a family that is not.
func TestLoad_Removed(t *testing.T) {
	logged(t)
	r := runtime.NewRegistry()
	made := 0
	call := spec{
		Registry: r, Circuit: "K", Keyed: true,
		Policy: runtime.Policy{Retry: runtime.RetryPolicy{Backoff: 1}},
	}.New(t)
	load(t, r, `{"K[2]": {"retry": {"attempts": 1}}}`)
	r.Remove("K")
	call(testcircuit.WithKey("2"), func(context.Context) error { made++; return errors.New("down") })
	if made != 3 {
		t.Errorf("%d attempts, want the default's 3", made)
	}
}

// TestLoad_Log has each change logged, from what was in force to what is.
func TestLoad_Log(t *testing.T) {
	l := logged(t)
	r := runtime.NewRegistry()
	newCircuit(t, r, "A", spec{Policy: runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}})
	call := newCircuit(t, r, "K", spec{Keyed: true})
	for key := range 3 {
		call(fmt.Sprint(key))
	}
	load(t, r, `{"A": {"breaker": {"window": 50, "failure-rate": 0.25, "consecutive": "off"}, "bulkhead": 7, "retry": {"attempts": 2}},
		"K": {"timeout": "off"}, "K[1]": {"retry": {"backoff": "10ms"}, "breaker": {"probes": 1}}}`)
	l.are(t,
		`level=INFO msg="setting changed" circuit=K field=timeout.off from=none to=true`,
		`level=INFO msg="setting changed" circuit=K[1] field=retry.backoff from=50ms..1s to=10ms..1s`,
		`level=INFO msg="setting changed" circuit=K[1] field=timeout.off from=none to=true`,
		`level=INFO msg="setting changed" circuit=A field=breaker.consecutive from=10 to=off`,
		`level=INFO msg="setting changed" circuit=A field=breaker.failure-rate from=50% to=25%`,
		`level=INFO msg="setting changed" circuit=A field=breaker.window from=10s to=50`,
		`level=INFO msg="setting changed" circuit=A field=bulkhead.limit from=none to=7`)
}
