package notify

import (
	goruntime "runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// noted has a listener that keeps what it is told. It is told one at a time, so it has no lock.
func noted(q *Queue[int]) *[]int {
	var got []int
	q.Subscribe(func(event int) { got = append(got, event) })
	return &got
}

func TestQueueWithoutListenersKeepsNothing(t *testing.T) {
	var q Queue[int]
	q.Put(1)
	got := noted(&q)
	q.Put(2)
	q.Deliver()
	if !slices.Equal(*got, []int{2}) {
		t.Errorf("got %v, want what came after it had subscribed", *got)
	}
}

// What a listener causes comes after what caused it, for all listeners.
func TestQueueOfWhatListenersCause(t *testing.T) {
	var q Queue[int]
	first := noted(&q)
	q.Subscribe(func(event int) {
		if event < 5 {
			q.Put(event + 1)
			q.Deliver()
		}
	})
	last := noted(&q)
	q.Put(1)
	q.Deliver()
	if want := []int{1, 2, 3, 4, 5}; !slices.Equal(*first, want) || !slices.Equal(*last, want) {
		t.Errorf("got %v and %v, want %v", *first, *last, want)
	}
}

func TestQueueCancel(t *testing.T) {
	var q Queue[int]
	var got [3]int
	var cancels []func()
	for i := range got {
		cancels = append(cancels, q.Subscribe(func(int) { got[i]++ }))
	}
	q.Put(1)
	q.Deliver()
	cancels[1]()
	cancels[1]() // once more does nothing
	q.Put(2)
	q.Deliver()
	if got != [3]int{2, 1, 2} {
		t.Errorf("got %v", got)
	}
}

// One who delivers hands out all that is queued, whether or not a listener panics of it.
func TestQueueOfSeveral(t *testing.T) {
	for _, panics := range []bool{false, true} {
		var q Queue[int]
		got := noted(&q)
		q.Subscribe(func(event int) {
			if panics && event == 1 {
				panic("listener")
			}
		})
		for event := 1; event <= 3; event++ {
			q.Put(event)
		}
		func() {
			defer func() {
				if value := recover(); (value != nil) != panics {
					t.Errorf("recovered %v", value)
				}
			}()
			q.Deliver()
		}()
		if !slices.Equal(*got, []int{1, 2, 3}) {
			t.Errorf("panics %v: got %v", panics, *got)
		}
	}
}

// The last listener may go between an event and its delivery.
func TestQueueCancelledBeforeItDelivers(t *testing.T) {
	var q Queue[int]
	cancel := q.Subscribe(func(int) { t.Error("told after cancel") })
	q.Put(1)
	cancel()
	q.Deliver()
	got := noted(&q)
	q.Put(2)
	q.Deliver()
	if !slices.Equal(*got, []int{2}) {
		t.Errorf("got %v", *got)
	}
}

// The others are told all the same, and all that is queued; then the queue can be used again.
func TestQueueListenerThatEndsItsGoroutine(t *testing.T) {
	for name, end := range map[string]func(){
		"panic":  func() { panic("listener") },
		"Goexit": goruntime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			var q Queue[int]
			first := noted(&q)
			q.Subscribe(func(event int) {
				if event == 1 {
					q.Put(2)
					end()
				}
			})
			last := noted(&q)
			ended := make(chan any)
			go func() {
				returned := false
				defer func() {
					if got := recover(); returned || name == "panic" && got != "listener" {
						t.Errorf("the caller returned: %v, recovered %v", returned, got)
					}
					close(ended)
				}()
				q.Put(1)
				q.Deliver()
				returned = true
			}()
			<-ended
			q.Put(3)
			q.Deliver()
			if want := []int{1, 2, 3}; !slices.Equal(*first, want) || !slices.Equal(*last, want) {
				t.Errorf("got %v and %v, want %v", *first, *last, want)
			}
		})
	}
}

// Who comes while another one delivers doesn't wait: that one does it for both.
func TestQueueDeliversForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue[int]
		goOn := make(chan struct{})
		q.Subscribe(func(event int) {
			if event == 1 {
				<-goOn
			}
		})
		got := noted(&q)
		q.Put(1)
		go q.Deliver()
		synctest.Wait()
		q.Put(2)
		q.Deliver()
		if len(*got) != 0 {
			t.Errorf("got %v before the first listener was through", *got)
		}
		close(goOn)
		synctest.Wait()
		if !slices.Equal(*got, []int{1, 2}) {
			t.Errorf("got %v", *got)
		}
	})
}

// Of each goroutine's events none is lost, and none comes before an earlier one.
func TestQueueConcurrently(t *testing.T) {
	const callers, each = 8, 500
	var q Queue[int]
	got := noted(&q)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range each {
				q.Put(i*callers + caller)
				q.Deliver()
			}
		})
	}
	all.Wait()
	q.Deliver()
	var next [callers]int
	for _, event := range *got {
		if caller, i := event%callers, event/callers; next[caller] != i {
			t.Fatalf("caller %d: event %d, want %d", caller, i, next[caller])
		}
		next[event%callers]++
	}
	if len(*got) != callers*each {
		t.Errorf("%d events, want %d", len(*got), callers*each)
	}
}
