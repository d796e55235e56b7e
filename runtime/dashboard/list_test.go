package dashboard

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestCircuitsAsJSONAndText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		newCircuit(t, registry, "a well")
		slow := newCircuit(t, registry, "b slow traffic")
		down := newCircuit(t, registry, "c down")
		h := NewHandler(registry)
		for range 3 {
			slow(errDependency)
			slow(nil)
		}
		for range 10 {
			down(errors.New("line one\nline two\x1b[2J"))
		}
		for range 10 {
			down(nil)
		}
		time.Sleep(3 * time.Second)

		w := serve(h, "GET", "/circuits/circuits.json", nil, nil)
		var got list
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%v in %s", err, w.Body)
		}
		if w.Code != http.StatusOK || len(got.Circuits) != 3 || got.Process != thisProcess() ||
			got.Process.ID == "" || got.Process.Started == 0 {
			t.Fatalf("%d %+v", w.Code, got)
		}
		first := got.Circuits[0]
		if first.Name != "c down" || first.Trouble != 1 ||
			first.Why != "turned away 50%, failing 50%: open after 10 failures in a row" ||
			first.DownSince != got.At-3000 || first.LastErrorAt != got.At-3000 {
			t.Errorf("first: %+v", first.view)
		}
		if len(first.Events) != 1 || first.Events[0].Cause != "failures in a row" ||
			first.Events[0].Error != "line one\nline two\x1b[2J" || first.Events[0].At != got.At-3000 {
			t.Errorf("events: %+v", first.Events)
		}
		if second := got.Circuits[1]; second.Why != "failing 50%: 6 calls are too few to open" {
			t.Errorf("second: %+v", second.view)
		}

		text := serve(h, "GET", "/circuits/circuits.txt", nil, nil).Body.String()
		lines := strings.Split(text, "\n")
		if len(lines) != 6 || strings.Contains(text, "\x1b") {
			t.Fatalf("text:\n%s", text)
		}
		if !strings.HasPrefix(lines[0], "# process "+got.Process.ID+", started ") {
			t.Errorf("it begins with %q", lines[0])
		}
		for i, want := range map[int]string{
			2: "100% open 3s 0 c down turned away 50%, failing 50%: open after 10 failures in a row; " +
				"last error: line one line two [2J",
			3: "50% closed 3s 0 b slow traffic failing 50%: 6 calls are too few to open; " +
				"last error: dependency failed",
			4: "0% closed 3s 0 a well -",
		} {
			if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
				t.Errorf("line %d: %q; want %q", i, got, want)
			}
		}
	})
}

func TestNoCircuitsAsJSON(t *testing.T) {
	w := serve(NewHandler(runtime.NewRegistry()), "GET", "/circuits.json", nil, nil)
	if !strings.Contains(w.Body.String(), `"circuits": []`) {
		t.Errorf("it is %s", w.Body)
	}
}
