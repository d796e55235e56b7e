package runtime

import "github.com/breakergen/breakergen/runtime/internal/fault"

// Carry returns the result of a call whose one result carries its error: where err is the
// chain's, a new result that carries that. Generated code calls it.
func Carry[T any, R interface {
	*T
	Err() error
	SetErr(error)
}](result R, err error) R {
	if err != nil && (result == nil || !fault.ComesFrom(result.Err(), err)) {
		result = new(T)
		result.SetErr(err)
	}
	return result
}
