package deadline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestRunsFuncs(t *testing.T) {
	root, cancelRoot := context.WithCancel(context.Background())
	defer cancelRoot()
	foreignParent, _ := foreignParent(root)
	afterFunc, _ := foreignFuncParent(root)
	onTime, cancelOnTime := ourParent(contextKinds[1])(root)
	defer cancelOnTime()
	for name, test := range map[string]struct {
		parent context.Context
		want   bool
	}{
		"Background":           {context.Background(), true},
		"WithCancel":           {root, true},
		"WithValue":            {context.WithValue(root, testKey{}, 1), true},
		"WithoutCancel":        {context.WithoutCancel(root), true},
		"embedded":             {struct{ context.Context }{root}, true},
		"Context":              {onTime, true},
		"AfterFunc":            {afterFunc, true},
		"foreign":              {foreignParent, false},
		"WithValue of foreign": {context.WithValue(foreignParent, testKey{}, 1), false},
	} {
		if got := runsFuncs(test.parent); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// Whoever stops following a parent hears nothing of its end, and leaves no goroutine.
func TestPollUntilIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, end := foreignParent(context.Background())
		told := false
		stop := pollUntil(parent, func() { told = true }, func() bool { return false })
		time.Sleep(time.Minute)
		if !stop() {
			t.Error("it says that it has run")
		}
		synctest.Wait()
		end()
		synctest.Wait()
		if told {
			t.Error("it was told of the parent's end")
		}
	})
}

// What is forgotten goes within pollEvery, although nobody stops it.
func TestPollUntilIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, end := foreignParent(context.Background())
		told, asked := false, 0
		forgotten := func() bool { asked++; return asked > 3 }
		pollUntil(parent, func() { told = true }, forgotten)
		time.Sleep(3 * pollEvery)
		synctest.Wait()
		if asked != 4 {
			t.Errorf("it has asked %d times, want at the start and 3 times since", asked)
		}
		end()
		synctest.Wait()
		if told {
			t.Error("what is forgotten was told of the parent's end")
		}
	})
}
