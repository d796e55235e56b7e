package problem

import "testing"

func TestSuggest(t *testing.T) {
	known := []string{"retry", "timeout", "breaker", "bulkhead", "circuit", "wrap", "iface", "-out", "-pkg"}
	for name, want := range map[string]string{
		"rety":    "; did you mean retry?",
		"retyr":   "; did you mean retry?",
		"TIMEOUT": "; did you mean timeout?",
		"braker":  "; did you mean breaker?",
		"cache":   "",

		"retries":                          "; did you mean retry?",
		"max-retries":                      "; did you mean retry?",
		"circuit-breaker":                  "; did you mean breaker?", // and not circuit, which is as far
		"interface":                        "; did you mean iface?",
		"surface":                          "", // its letters, but another first one
		"a-very-long-name-with-wrap-in-it": "",
		"-output":                          "; did you mean -out?",
		"-package":                         "; did you mean -pkg?",
		"":                                 "",
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
