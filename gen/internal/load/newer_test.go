package load

import "testing"

func TestNewerThan(t *testing.T) {
	for _, test := range []struct {
		goVersion, tool string
		want            bool
	}{
		{"go1.27", "go1.26.8", true},
		{"go1.27rc1", "go1.26.8", true},
		{"go1.26.9", "go1.26.8", false},
		{"go1.25", "go1.26", false},
		{"go2.0", "go1.99", true},
		{"go1.27.1", "go1.26.8 X:nocoverageredesign", true},
		{"go1.27", "devel go1.28-abcdef", false},
		{"go", "go1.26", false},
	} {
		if got := newerThan(test.goVersion, test.tool); got != test.want {
			t.Errorf("newerThan(%q, %q) = %v", test.goVersion, test.tool, got)
		}
	}
}
