package httpcalls

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Repeatable says whether a request can be sent again: it has no body, or a
// GetBody that makes another.
func Repeatable(r *http.Request) bool {
	return r == nil || r.Body == nil || r.Body == http.NoBody || r.GetBody != nil
}

// Renew returns a copy of a request with a body that wasn't read yet. It is for
// requests that are [Repeatable], and fails where their GetBody does.
func Renew(r *http.Request) (*http.Request, error) {
	if r == nil || r.GetBody == nil || r.Body == nil || r.Body == http.NoBody {
		return r, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, fmt.Errorf("renewing the body of %s %s: %w", r.Method, redacted(r.URL), err)
	}
	renewed := *r
	renewed.Body = body
	return &renewed, nil
}

// Clone returns what one attempt sends: a copy of a request that ends with ctx. Its
// headers are its own, as senders add to them: cookies, credentials, traces. Its trailer is
// the request's, as it is the caller who adds to that, while the body is read.
func Clone(ctx context.Context, r *http.Request) *http.Request {
	if r == nil {
		return nil
	}
	clone := r.Clone(ctx)
	clone.Trailer = r.Trailer
	return clone
}

// Copy returns what one attempt sends where the context isn't the request's: a copy, with
// headers of its own, as Clone's is.
func Copy(r *http.Request) *http.Request {
	if r == nil {
		return nil
	}
	return Clone(r.Context(), r)
}

// redacted returns a URL without its password.
func redacted(u *url.URL) string {
	if u == nil {
		return "a request without a URL"
	}
	return u.Redacted()
}

// Discard closes the body of a request that was never sent, as [http.RoundTripper]
// asks of those who have taken one.
func Discard(r *http.Request) {
	if r != nil && r.Body != nil {
		_ = r.Body.Close() // Nothing was read from it that an error could spoil.
	}
}
