package request

import "testing"

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{
		"UserClient": "user_client",
		"HTTPClient": "http_client",
		"client":     "client",
		"S3API":      "s3_api",
		"ID":         "id",
		"With_Under": "with_under",
	} {
		if got := snakeCase(name); got != want {
			t.Errorf("snakeCase(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSplitName(t *testing.T) {
	for name, want := range map[string][2]string{
		"UserClient":                 {"", "UserClient"},
		"io.Reader":                  {"io", "Reader"},
		"net/http.RoundTripper":      {"net/http", "RoundTripper"},
		"gopkg.in/yaml.v3.Marshaler": {"gopkg.in/yaml.v3", "Marshaler"},
	} {
		if path, base := SplitName(name); path != want[0] || base != want[1] {
			t.Errorf("splitName(%q) = %q, %q, want %q", name, path, base, want)
		}
	}
}
