package dashboard

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/breakergen/breakergen/runtime"
)

// An outage whose probes fail one after the other is told in three events, from its cause to
// its end.
func TestRecordOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		r := newRecord(registry)
		for range 10 {
			call(errDependency)
		}
		for range 100 {
			time.Sleep(5 * time.Second)
			call(errors.New("still down"))
			call(nil) // turned away
		}
		events, version, left := r.of("users")
		if len(events) != 3 || version != 201 || left == nil || left.Cause != runtime.CauseConsecutive {
			t.Fatalf("%d events, version %d, left by %+v: %+v", len(events), version, left, events)
		}
		if began := events[0]; began.Cause != "failures in a row" || began.From != "closed" ||
			began.To != "open" || began.Error != "dependency failed" || began.Times != 0 {
			t.Errorf("it began with %+v", began)
		}
		if failed := events[2]; failed.Cause != "probe failed" || failed.Times != 100 ||
			failed.Error != "still down" || failed.Down != 500_000 || failed.Turned != 99 {
			t.Errorf("the failed probes are %+v", failed)
		}
		time.Sleep(5 * time.Second)
		call(nil)
		events, _, left = r.of("users")
		if back := events[len(events)-1]; left != nil || back.To != "closed" || back.Turned != 100 ||
			back.At != time.Now().UnixMilli() {
			t.Errorf("left by %+v, it came back by %+v", left, back)
		}
	})
}

func TestRecordKeepsTheLastEvents(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	r := newRecord(registry)
	circuit, _ := registry.Circuit("users")
	for range 40 {
		circuit.ForceOpen()
		circuit.Reset()
	}
	circuit.ForceOpen()
	events, version, left := r.of("users")
	if len(events) != maxEvents || version != 81 || left == nil {
		t.Fatalf("%d events, version %d", len(events), version)
	}
	if last := events[maxEvents-1]; !last.Forced || last.Cause != "forced" || last.To != "open" {
		t.Errorf("the last is %+v", last)
	}
	if first := events[0]; first.Cause != "reset" || first.Forced {
		t.Errorf("the first is %+v", first)
	}
}

func TestRecordIsBounded(t *testing.T) {
	registry := runtime.NewRegistry()
	r := newRecord(registry)
	at := time.Now()
	add := func(name string) {
		at = at.Add(time.Second)
		r.add(runtime.Event{Circuit: name, To: runtime.Open, At: at})
	}
	newCircuit(t, registry, "stays")
	add("stays")
	for i := range 3 * maxRings {
		add(fmt.Sprint("gone ", i))
	}
	if events, _, _ := r.of("stays"); len(r.rings) > maxRings || len(events) != 1 {
		t.Errorf("%d circuits, %d events of the one that stays", len(r.rings), len(events))
	}
	for i := range maxRings {
		newCircuit(t, registry, fmt.Sprint("new ", i))
		add(fmt.Sprint("new ", i))
	}
	if events, _, _ := r.of("stays"); len(r.rings) > maxRings || events != nil {
		t.Errorf("%d circuits; the one that changed first: %+v", len(r.rings), events)
	}
}

type panics struct{}

func (panics) Error() string { panic("it has no text") }

func TestErrorText(t *testing.T) {
	if got := errorText(nil); got != "" {
		t.Errorf("nil: %q", got)
	}
	if got := errorText(panics{}); got != "an error whose text can't be read" {
		t.Errorf("an error that panics: %q", got)
	}
	got := errorText(errors.New(strings.Repeat("x", maxError-1) + "ярость"))
	if got != strings.Repeat("x", maxError-1)+"…" || !utf8.ValidString(got) {
		t.Errorf("a long one: %q", got)
	}
}
