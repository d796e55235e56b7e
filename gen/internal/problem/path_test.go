package problem

import "testing"

// TestSlashed writes Windows' paths with forward slashes, and leaves the names of
// other systems alone.
func TestSlashed(t *testing.T) {
	for _, test := range []struct {
		path      string
		separator rune
		want      string
	}{
		{`users\user_client_breaker.go`, '\\', "users/user_client_breaker.go"},
		{`C:\src\users\x.go`, '\\', "C:/src/users/x.go"},
		{`..\mocks/x.go`, '\\', "../mocks/x.go"},
		{`odd\name.go`, '/', `odd\name.go`},
	} {
		if got := slashed(test.path, test.separator); got != test.want {
			t.Errorf("slashed(%q, %q) = %q, want %q", test.path, test.separator, got, test.want)
		}
	}
}
