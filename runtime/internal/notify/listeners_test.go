package notify

import "testing"

func TestListeners(t *testing.T) {
	var l Listeners[func(string)]
	if l.All() != nil {
		t.Error("there are some before the first")
	}
	got := ""
	first := l.Subscribe(func(event string) { got += "1" + event })
	second := l.Subscribe(func(event string) { got += "2" + event })
	tell := func(event string) {
		for _, listener := range l.All() {
			(*listener)(event)
		}
	}
	tell("a")
	held := l.All()
	first()
	first()
	tell("b")
	if got != "1a2a2b" || len(held) != 2 {
		t.Errorf("they were told %s", got)
	}
	if second(); l.All() != nil {
		t.Error("there are some after the last")
	}
}
