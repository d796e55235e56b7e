package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// bucket is a server that speaks just enough of S3: objects are put and got, and it fails
// as it is told to.
type bucket struct {
	mu       sync.Mutex
	objects  map[string][]byte
	failing  string // the code that it answers with
	requests int
}

func newBucket() *bucket { return &bucket{objects: map[string][]byte{}} }

// statuses are those of the codes that it fails with.
var statuses = map[string]int{
	"NoSuchKey":           http.StatusNotFound,
	"AccessDenied":        http.StatusForbidden,
	"PreconditionFailed":  http.StatusPreconditionFailed,
	"SlowDown":            http.StatusServiceUnavailable,
	"InternalError":       http.StatusInternalServerError,
	"RequestTimeout":      http.StatusBadRequest,
	"ThrottlingException": http.StatusBadRequest,
}

// fail has all requests answered with a code, until that is "".
func (b *bucket) fail(code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing = code
}

// served returns how many requests there were.
func (b *bucket) served() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.requests
}

// ServeHTTP satisfies http.Handler.
func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests++
	object, ok := b.objects[r.URL.Path]
	switch {
	case b.failing != "":
		refuse(w, b.failing)
	case err != nil:
		refuse(w, "RequestTimeout")
	case r.Method == http.MethodPut:
		b.objects[r.URL.Path] = content
	case !ok:
		refuse(w, "NoSuchKey")
	default:
		w.Write(object)
	}
}

// refuse writes an error as S3 does.
func refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(statuses[code])
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>It is so.</Message></Error>`, code)
}
