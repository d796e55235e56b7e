// Package sse writes server-sent events.
package sse

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// writeTimeout is how long a client may leave one event unread. Whoever reads slower
// isn't worth a goroutine.
const writeTimeout = 10 * time.Second

// Stream writes server-sent events, each flushed and with a deadline of its own. It is
// for one goroutine.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	buf     bytes.Buffer
}

// NewStream sends the header. It fails where w can't be flushed, with nothing sent.
func NewStream(w http.ResponseWriter) (*Stream, error) {
	s := &Stream{w: w, control: http.NewResponseController(w)}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back.
	// The server's own deadline for the request may have passed on the way here.
	if err := s.extend(); err != nil {
		return nil, err
	}
	return s, s.control.Flush()
}

// Send sends one event, as JSON. It fails where the client has gone, or is too slow.
func (s *Stream) Send(event any) error {
	s.buf.Reset()
	s.buf.WriteString("data: ")
	if err := json.NewEncoder(&s.buf).Encode(event); err != nil { // It ends the line, too.
		return err
	}
	s.buf.WriteByte('\n')
	return s.write(s.buf.Bytes())
}

// Ping sends a comment, which says only that the stream is alive.
func (s *Stream) Ping() error { return s.write([]byte(": ping\n\n")) }

// extend gives the next write its time. A writer without deadlines is served without: its
// server has to bound writes.
func (s *Stream) extend() error {
	err := s.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

func (s *Stream) write(p []byte) error {
	if err := s.extend(); err != nil {
		return err
	}
	if _, err := s.w.Write(p); err != nil {
		return err
	}
	return s.control.Flush()
}
