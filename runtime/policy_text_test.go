package runtime_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/runtime"
)

// TestPolicyText has policies written in the words of directives, and read back.
func TestPolicyText(t *testing.T) {
	for want, p := range map[string]runtime.Policy{
		`{}`: {},
		`{"breaker":{"failure-rate":"29%","min-calls":20,"window":"10s","open":"5s..1m","probes":1,` +
			`"consecutive":10,"slow":"2s","slow-rate":"0.5%"},` +
			`"retry":{"attempts":3,"backoff":"50ms..1s"},` +
			`"timeout":{"attempt":"300ms","total":"1h","detach":true},` +
			`"bulkhead":{"limit":10,"wait":"1m30s"}}`: {
			Breaker: breakerPolicy{
				FailureRate: 0.29, MinCalls: 20, Window: 10 * time.Second, OpenFor: 5 * time.Second, MaxOpenFor: time.Minute,
				Probes: 1, Consecutive: 10, Slow: 2 * time.Second, SlowRate: 0.005,
			},
			Retry:    retryPolicy{Attempts: 3, Backoff: 50 * time.Millisecond, MaxBackoff: time.Second},
			Timeout:  timeoutPolicy{Attempt: 300 * time.Millisecond, Total: time.Hour, Detach: true},
			Bulkhead: bulkheadPolicy{Limit: 10, Wait: 90 * time.Second},
		},
		`{"breaker":{"failure-rate":"100%","window":100,"open":"5s","consecutive":"off"},"retry":{"backoff":"..1s"}}`: {
			Breaker: breakerPolicy{FailureRate: 1, WindowCalls: 100, OpenFor: 5 * time.Second, Consecutive: -1},
			Retry:   retryPolicy{MaxBackoff: time.Second},
		},
		`{"breaker":"off","retry":"off","timeout":"off"}`: {
			Breaker: breakerPolicy{Off: true}, Retry: retryPolicy{Off: true}, Timeout: timeoutPolicy{Off: true},
		},
		`{"retry":{"attempts":2,"off":true}}`: {Retry: retryPolicy{Attempts: 2, Off: true}},
	} {
		got, err := json.Marshal(p)
		if string(got) != want || err != nil {
			t.Errorf("it is written %s, %v, want %s", got, err, want)
		}
		isRead(t, want, p)
	}
	for text, want := range map[string]runtime.Policy{
		`{"breaker": {"failure-rate": 0.5, "slow-rate": 1}}`:            {Breaker: breakerPolicy{FailureRate: 0.5, SlowRate: 1}},
		`{"breaker": false, "retry": false}`:                            {Breaker: breakerPolicy{Off: true}, Retry: retryPolicy{Off: true}},
		`{"breaker": {"consecutive": false}}`:                           {Breaker: breakerPolicy{Consecutive: -1}},
		`{"timeout": "300ms", "bulkhead": 10}`:                          {Timeout: timeoutPolicy{Attempt: 300 * time.Millisecond}, Bulkhead: bulkheadPolicy{Limit: 10}},
		`{"breaker": null, "retry": { "attempts" : 2 }, "timeout": {}}`: {Retry: retryPolicy{Attempts: 2}},
	} {
		isRead(t, text, want)
	}
}

func isRead(t *testing.T, text string, want runtime.Policy) {
	t.Helper()
	var got runtime.Policy
	if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as %+v, %v, want %+v", text, got, err, want)
	}
}

// TestPolicyTextRefuses has what is unknown or impossible refused, with the path that leads
// there; the policy then stays as it was.
func TestPolicyTextRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"braker": {}}`:                                `braker: there is no such setting: there are breaker, retry, timeout and bulkhead`,
		`{"Breaker": {}}`:                               `Breaker: there is no such setting: there are breaker, retry, timeout and bulkhead`,
		`{"bulkhead": {"max": 1}}`:                      `bulkhead.max: there is no such setting: there are limit and wait`,
		`{"breaker": {"failure-rate": "150%"}}`:         `breaker.failure-rate: 150% is over 100%`,
		`{"breaker": {"failure-rate": "1e999%"}}`:       `breaker.failure-rate: "1e999%" is not a rate: write 50%`,
		`{"breaker": {"failure-rate": 50}}`:             `breaker.failure-rate: 50 is over 1: a percentage is written 50%`,
		`{"breaker": {"failure-rate": 1e999}}`:          `breaker.failure-rate: 1e999 is over 1: a percentage is written 50%`,
		`{"breaker": {"failure-rate": "0%"}}`:           `breaker.failure-rate: 0% is not over 0`,
		`{"breaker": {"failure-rate": -0.5}}`:           `breaker.failure-rate: -0.5 is not over 0`,
		`{"breaker": {"slow-rate": "NaN%"}}`:            `breaker.slow-rate: "NaN%" is not a rate: write 50%`,
		`{"breaker": {"slow-rate": "half"}}`:            `breaker.slow-rate: "half" is not a rate: write 50%`,
		`{"breaker": {"slow-rate": true}}`:              `breaker.slow-rate: true is not a rate: write 50%`,
		`{"breaker": {"slow-rate": "0.5"}}`:             `breaker.slow-rate: "0.5" is not a rate: write 50%`,
		`{"breaker": {"probes": 99999999999999999999}}`: `breaker.probes: 99999999999999999999 is not a number from 1`,
		`{"breaker": {"min-calls": 0}}`:                 `breaker.min-calls: 0 is not a number from 1`,
		`{"breaker": {"min-calls": 1.5}}`:               `breaker.min-calls: 1.5 is not a number from 1`,
		`{"breaker": {"consecutive": -1}}`:              `breaker.consecutive: -1 is not a number from 1, nor off`,
		`{"breaker": {"window": "100"}}`:                `breaker.window: 100 has no unit: write 300ms or 1m30s`,
		`{"breaker": {"window": 1000001}}`:              `breaker.window: 1000001 calls are over 1000000`,
		`{"breaker": {"window": 0}}`:                    `breaker.window: 0 is not a number from 1, nor a duration: write 100 for the last 100 calls, or 10s`,
		`{"breaker": {"open": "5s..1s"}}`:               `breaker.open: 1s is less than the 5s that it begins with`,
		`{"breaker": {"open": "..5"}}`:                  `breaker.open: 5 has no unit: write 300ms or 1m30s`,
		`{"breaker": {"open": ".."}}`:                   `breaker.open: "" is not a duration: write 300ms or 1m30s`,
		`{"breaker": {"open": "x..1s"}}`:                `breaker.open: "x" is not a duration: write 300ms or 1m30s`,
		`{"breaker": {"off": false}}`:                   `breaker.off: false sets nothing: leave it out`,
		`{"breaker": "on"}`:                             `breaker: "on" is not an object`,
		`{"retry": 5}`:                                  `retry: 5 is not an object`,
		`{"retry": {"backoff": 50}}`:                    `retry.backoff: 50 has no unit: write 300ms or 1m30s`,
		`{"retry": {"on": "ErrBusy"}}`:                  `retry.on: there is no such setting: there are attempts, backoff and off`,
		`{"retry": {"attempts": 2, "attempts": 3}}`:     `retry: "attempts" is there twice`,
		`{"retry": {}, "retry": {}}`:                    `"retry" is there twice`,
		`{"timeout": 300}`:                              `timeout: 300 has no unit: write 300ms or 1m30s`,
		`{"timeout": true}`:                             `timeout: true is not a duration: write 300ms or 1m30s`,
		`{"timeout": {"attempt": "0s"}}`:                `timeout.attempt: 0s is not over 0`,
		`{"timeout": {"attempt": "-1s"}}`:               `timeout.attempt: -1s is not over 0`,
		`{"timeout": {"attempt": null}}`:                `timeout.attempt: null is not a duration: write 300ms or 1m30s`,
		`{"timeout": {"attempt": "1\u0073"}}`:           `timeout.attempt: "\"1\\u0073\"" is not a duration: write 300ms or 1m30s`,
		`{"timeout": {"detach": 1}}`:                    `timeout.detach: 1 is not true`,
		`{"bulkhead": "off"}`:                           `bulkhead: "off" is not a number from 1`,
		`[]`:                                            `[] is not an object`,
		`{"retry": {"attempts": 0}, "timeout": "x"}`:    "retry.attempts: 0 is not a number from 1\ntimeout: \"x\" is not a duration: write 300ms or 1m30s",
	} {
		p := other(1)
		err := json.Unmarshal([]byte(text), &p)
		if err == nil || err.Error() != want {
			t.Errorf("%s\n\t%v\nwant\n\t%s", text, err, want)
		}
		isPolicy(t, text, p, other(1))
	}
	for _, broken := range []string{"", "{", `{"retry":`, `{"retry":{}`, `{"retry":{}} {}`, `{"retry":{}}x`, `{1:2}`, `{"retry":{"attempts":}}`} {
		if err := new(runtime.Policy).UnmarshalJSON([]byte(broken)); err == nil {
			t.Errorf("%s is read", broken)
		}
	}
	for _, p := range []runtime.Policy{
		{Breaker: breakerPolicy{FailureRate: 2}}, {Retry: retryPolicy{Attempts: -1}},
		{Timeout: timeoutPolicy{Total: -1}}, {Bulkhead: bulkheadPolicy{Limit: -1}},
	} {
		for _, v := range []any{p, p.Breaker, p.Retry, p.Timeout, p.Bulkhead} {
			if written, err := json.Marshal(v); err == nil && strings.Contains(string(written), "-") {
				t.Errorf("%+v is written as %s", v, written)
			}
		}
		if _, err := json.Marshal(p); err == nil {
			t.Errorf("%+v is written", p)
		}
	}
}

// TestPolicyTextHasEverySetting has each field of a policy written, but for the functions.
func TestPolicyTextHasEverySetting(t *testing.T) {
	fields := map[string]bool{"Classify": true, "Breaker": true, "Retry": true, "Timeout": true, "Bulkhead": true}
	for field := range reflect.TypeFor[runtime.Policy]().Fields() {
		if !fields[field.Name] {
			t.Errorf("there is no text for %s", field.Name)
		}
	}
	for _, link := range []any{&breakerPolicy{}, &retryPolicy{}, &timeoutPolicy{}, &bulkheadPolicy{}} {
		v := reflect.ValueOf(link).Elem()
		for i := range v.NumField() {
			one := reflect.New(v.Type()).Elem()
			switch field := one.Field(i); field.Kind() {
			case reflect.Bool:
				field.SetBool(true)
			case reflect.Int, reflect.Int64:
				field.SetInt(1)
			case reflect.Float64:
				field.SetFloat(1)
			case reflect.Func:
				continue
			}
			written, err := json.Marshal(one.Interface())
			if err != nil || string(written) == "{}" {
				t.Errorf("%T with %s is written %s, %v", one.Interface(), v.Type().Field(i).Name, written, err)
			}
			back := reflect.New(v.Type())
			if err := json.Unmarshal(written, back.Interface()); err != nil || !reflect.DeepEqual(back.Elem().Interface(), one.Interface()) {
				t.Errorf("%s is read as %+v, %v", written, back.Elem(), err)
			}
		}
	}
}

// TestPolicyTextOfFunctions has them left out.
func TestPolicyTextOfFunctions(t *testing.T) {
	p := runtime.Policy{Retry: retryPolicy{On: func(error) bool { return true }}, Classify: outcome(runtime.Ignored)}
	if written, err := json.Marshal(p); string(written) != "{}" || err != nil {
		t.Errorf("it is written %s, %v", written, err)
	}
	if err := json.Unmarshal([]byte(`{"retry":"off"}`), &p); err != nil || p.Retry.On != nil || p.Classify != nil {
		t.Errorf("it is read as %+v, %v", p, err)
	}
	if err := json.Unmarshal([]byte(`null`), &p); err != nil || !p.Retry.Off {
		t.Errorf("null is read as %+v, %v", p, err)
	}
}

// TestPolicyTextRoundTrip has any policy that is possible read back as it was.
func TestPolicyTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := drawPolicy(r)
		written, err := json.Marshal(p)
		if err != nil {
			r.Fatal(err)
		}
		var back runtime.Policy
		if err := json.Unmarshal(written, &back); err != nil || !reflect.DeepEqual(back, p) {
			r.Fatalf("%s is read as\n%+v, %v, want\n%+v", written, back, err, p)
		}
	})
}

// drawPolicy draws any policy that is possible.
func drawPolicy(r *rapid.T) runtime.Policy {
	duration := func(name string, least time.Duration) time.Duration {
		if rapid.Bool().Draw(r, "no "+name) {
			return 0
		}
		unit := rapid.SampledFrom([]time.Duration{1, time.Millisecond, time.Second, time.Minute, time.Hour}).Draw(r, "unit")
		longest := int64(math.MaxInt64 / unit)
		return max(least, unit*time.Duration(rapid.Int64Range(1, longest).Draw(r, name)))
	}
	count := func(name string, most int) int { return rapid.IntRange(0, most).Draw(r, name) }
	rate := func(name string) float64 {
		if rapid.Bool().Draw(r, "whole "+name) {
			return float64(rapid.IntRange(0, 100).Draw(r, name)) / 100
		}
		return rapid.Float64Range(0, 1).Draw(r, name)
	}
	flag := func(name string) bool { return rapid.Bool().Draw(r, name) }

	p := runtime.Policy{
		Breaker: breakerPolicy{
			FailureRate: rate("failure-rate"), MinCalls: count("min-calls", math.MaxInt), OpenFor: duration("open", 0),
			Probes: count("probes", math.MaxInt), Consecutive: max(-1, rapid.Int().Draw(r, "consecutive")),
			Slow: duration("slow", 0), SlowRate: rate("slow-rate"), Off: flag("breaker off"),
		},
		Retry:    retryPolicy{Attempts: count("attempts", math.MaxInt), Backoff: duration("backoff", 0), Off: flag("retry off")},
		Timeout:  timeoutPolicy{Attempt: duration("attempt", 0), Total: duration("total", 0), Detach: flag("detach"), Off: flag("timeout off")},
		Bulkhead: bulkheadPolicy{Limit: count("limit", math.MaxInt), Wait: duration("wait", 0)},
	}
	p.Breaker.MaxOpenFor = duration("max open", p.Breaker.OpenFor)
	p.Retry.MaxBackoff = duration("max backoff", p.Retry.Backoff)
	if flag("window of calls") {
		p.Breaker.WindowCalls = count("window", 1_000_000)
	} else {
		p.Breaker.Window = duration("window", 0)
	}
	return p
}

// FuzzPolicyText has whatever is read be possible, and written so that it is read again.
func FuzzPolicyText(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"breaker":{"failure-rate":"0.10%","window":1e2,"open":"1s..2s","consecutive":"off"}}`,
		`{"retry":{"attempts":2,"backoff":"..1m0s","off":true},"timeout":"1.5h","bulkhead":10}`, `{"retry":false}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p, back runtime.Policy
		if p.UnmarshalJSON(text) != nil {
			return
		}
		written, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("%s can't be written: %v", text, err)
		}
		if err := json.Unmarshal(written, &back); err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s is written %s, which is read as %+v, %v", text, written, back, err)
		}
	})
}
