package text

import (
	"fmt"
	"strings"
	"testing"
)

func TestMembers(t *testing.T) {
	members, err := Members([]byte(` { "a" : {"b": [1, 2]}, "c":null } `))
	if got := fmt.Sprintf("%q", members); got != `[{"a" "{\"b\": [1, 2]}"} {"c" "null"}]` || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	for broken, want := range map[string]string{
		``:              `it ends too early`,
		` `:             `it ends too early`,
		`{`:             `it ends too early`,
		`{"a"`:          `it ends too early`,
		`{"a":`:         `it ends too early`,
		`{"a":1`:        `it ends too early`,
		`{"a":{"b"`:     `it ends too early`,
		`{"a":1}{`:      `something follows the object`,
		`{"a":1}x`:      `something follows the object`,
		`{"a":1,"a":2}`: `"a" is there twice`,
		` [1] `:         `[1] is not an object`,
		`x`:             `invalid character 'x' `,
		`{1:2}`:         `invalid character`,
		`{"a":x}`:       `invalid character 'x' `,
	} {
		if _, err := Members([]byte(broken)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", broken, err, want)
		}
	}
}
