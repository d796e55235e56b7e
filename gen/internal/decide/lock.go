package decide

import (
	"go/token"
	"go/types"
)

// Locked returns the indexes of results, the error aside, that hold a lock by value. vet takes
// each copy of one for a mistake, and those of several results are kept in a struct.
func Locked(sig *types.Signature) (list []int) {
	for i := range sig.Results().Len() {
		if holdsLock(sig.Results().At(i).Type()) {
			list = append(list, i)
		}
	}
	return list
}

// holdsLock says whether vet's copylocks would complain of a copy.
func holdsLock(t types.Type) bool {
	if array, ok := t.Underlying().(*types.Array); ok {
		return holdsLock(array.Elem())
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	if types.Implements(types.NewPointer(t), locker) && !types.Implements(t, locker) {
		return true
	}
	for field := range s.Fields() {
		if holdsLock(field.Type()) {
			return true
		}
	}
	return false
}

// locker is sync.Locker.
var locker = func() *types.Interface {
	method := func(name string) *types.Func {
		return types.NewFunc(token.NoPos, nil, name, types.NewSignatureType(nil, nil, nil, nil, nil, false))
	}
	return types.NewInterfaceType([]*types.Func{method("Lock"), method("Unlock")}, nil).Complete()
}()
