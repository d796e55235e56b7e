package runtime

// Unwrap returns what a generated wrapper wraps, which may do more than the interface says:
//
//	if wrapped, ok := breaker.Unwrap(client); ok {
//		if closer, ok := wrapped.(io.Closer); ok {
//
// It goes one level deep, and is false for what is no wrapper.
func Unwrap(wrapper any) (wrapped any, ok bool) {
	w, ok := wrapper.(interface{ BreakerUnwrap() any })
	if !ok {
		return nil, false
	}
	return w.BreakerUnwrap(), true
}
