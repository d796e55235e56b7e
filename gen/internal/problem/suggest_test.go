package problem

import "testing"

func TestSuggest(t *testing.T) {
	known := []string{"retry", "timeout", "breaker", "bulkhead"}
	for name, want := range map[string]string{
		"rety":    "; did you mean retry?",
		"retyr":   "; did you mean retry?",
		"TIMEOUT": "; did you mean timeout?",
		"braker":  "; did you mean breaker?",
		"cache":   "",
		"":        "",
	} {
		if got := Suggest(name, known); got != want {
			t.Errorf("suggest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"", "ab", 2},
		{"abc", "abd", 1}, {"abc", "acb", 1}, {"abcd", "bacd", 1}, {"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
