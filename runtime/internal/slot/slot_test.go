package slot

import (
	"reflect"
	"testing"
)

type some = Of[error, string, []int]

func TestFork(t *testing.T) {
	slot := &some{Args: "a", Result: []int{1}}
	of := TypeOf((*some)(nil))
	forked := of.Fork(slot).(*some)
	if forked.Args != "a" || forked.Result != nil {
		t.Errorf("the fork is %+v", forked)
	}
	args, result := Parts(forked)
	*args.(*string), *result.(*[]int) = "b", []int{2}
	if slot.Args != "a" || slot.Result[0] != 1 {
		t.Errorf("the fork's are the slot's: %+v", slot)
	}
	Assign(&slot.Result, result)
	if slot.Result[0] != 2 {
		t.Errorf("assigned: %v", slot.Result)
	}
	Forget(&slot.Result)
	if slot.Result != nil {
		t.Errorf("forgotten: %v", slot.Result)
	}
}

func TestTypes(t *testing.T) {
	of := TypeOf((*some)(nil))
	if of.Args() != reflect.TypeFor[string]() || of.Result() != reflect.TypeFor[[]int]() {
		t.Errorf("the types are %v and %v", of.Args(), of.Result())
	}
	if none, ok := of.NoResult().(*[]int); !ok || *none != nil {
		t.Errorf("no result is %v", none)
	}
	if _, ok := of.New().(*some); !ok {
		t.Error("a new one has another type")
	}
}

func TestSetNext(t *testing.T) {
	slot := &Of[int, string, bool]{}
	if SetNext(slot, reflect.ValueOf(7)); slot.Next != 7 {
		t.Errorf("next is %d", slot.Next)
	}
}

func TestSame(t *testing.T) {
	a, b := new(int), new(int)
	if !Same(&a, &a) || Same(&a, &b) {
		t.Error("pointers are one thing where they are the same")
	}
	if s := []int{1}; Same(&s, &s) {
		t.Error("slices can't be compared")
	}
}
