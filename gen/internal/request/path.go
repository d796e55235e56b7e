package request

import (
	"path/filepath"
	"strings"
	"unicode"
)

// OutDir is the folder of the request's output.
func (r *Request) OutDir() string {
	if r.Out == "" || r.Out == "-" {
		return r.Dir
	}
	return filepath.Dir(r.OutPath("", ""))
}

// OutPath is the file that the wrapper of one of the names goes to. Its own name ends as that
// of the file does which declares the interface.
func (r *Request) OutPath(iface, suffix string) string {
	switch {
	case r.Out == "-":
		return "-"
	case filepath.IsAbs(r.Out):
		return filepath.Clean(r.Out)
	case r.Out != "":
		return filepath.Join(r.Dir, r.Out)
	}
	_, name := SplitName(iface)
	return filepath.Join(r.Dir, snakeCase(name)+"_breaker"+suffix+".go")
}

// snakeCase writes UserClient as user_client and HTTPClient as http_client.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' {
			before, after := runes[i-1], rune(0)
			if i+1 < len(runes) {
				after = runes[i+1]
			}
			if !unicode.IsUpper(before) || unicode.IsLower(after) {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
