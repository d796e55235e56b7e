package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

func wrap(t *testing.T, handler http.Handler, timeout time.Duration) (*ObjectsBreaker, *breakertest.Registry) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	circuits := breakertest.New(t)
	policy := breaker.Policy{Timeout: breaker.TimeoutPolicy{Attempt: timeout}}
	objects, err := NewObjectsBreaker(connect(server.URL), ObjectsBreakerConfig{
		Registry: circuits.Runtime(),
		Policies: ObjectsPolicies{GetObject: policy, PutObject: policy, SelectObjectContent: policy},
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects, circuits
}

func get(objects Objects) (*s3.GetObjectOutput, error) {
	return objects.GetObject(context.Background(), &s3.GetObjectInput{
		Bucket: aws.String("letters"), Key: aws.String("first"),
	})
}

// patient is a timeout that a busy machine doesn't run into.
const patient = 10 * time.Second

// TestCodes: what blames the caller never opens a circuit; what doesn't opens it at the
// third time. The service's error is found as without the wrapper, and nothing is sent
// twice: that is the SDK's business.
func TestCodes(t *testing.T) {
	for code, answer := range map[string]bool{
		"NoSuchKey": true, "AccessDenied": true, "PreconditionFailed": true,
		"SlowDown": false, "InternalError": false, "RequestTimeout": false, "ThrottlingException": false,
	} {
		t.Run(code, func(t *testing.T) {
			b := newBucket()
			b.fail(code)
			objects, circuits := wrap(t, b, patient)
			if !answer {
				circuits.Expect("Objects.GetObject")
			}
			for range 3 {
				var api smithy.APIError
				if _, err := get(objects); !errors.As(err, &api) || api.ErrorCode() != code {
					t.Fatalf("got %v", err)
				}
			}
			if _, err := get(objects); errors.As(err, new(*breaker.OpenError)) == answer {
				t.Errorf("the fourth time: %v", err)
			}
			sent := 3
			if answer {
				sent = 4
			}
			if got := b.served(); got != sent {
				t.Errorf("%d requests, want %d", got, sent)
			}
		})
	}
}

// TestNoSuchKey comes back as the type that the SDK gives it.
func TestNoSuchKey(t *testing.T) {
	objects, _ := wrap(t, newBucket(), patient)
	for range 20 {
		if _, err := get(objects); !errors.As(err, new(*types.NoSuchKey)) {
			t.Fatalf("got %v", err)
		}
	}
}

// TestNotModified: a conditional GET's 304 is an answer, though the SDK returns it as an error.
func TestNotModified(t *testing.T) {
	objects, circuits := wrap(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
		}
	}), patient)
	for range 12 {
		_, err := objects.GetObject(context.Background(), &s3.GetObjectInput{
			Bucket: aws.String("letters"), Key: aws.String("first"), IfNoneMatch: aws.String(`"v1"`),
		})
		var response *smithyhttp.ResponseError
		if !errors.As(err, &response) || response.HTTPStatusCode() != http.StatusNotModified {
			t.Fatalf("got %v", err)
		}
	}
	if got := circuits.Calls("Objects.GetObject"); got.Successes != 12 {
		t.Errorf("counted %+v", got)
	}
}

// TestRefused: what the SDK doesn't even send says nothing of the service.
func TestRefused(t *testing.T) {
	b := newBucket()
	objects, circuits := wrap(t, b, patient)
	for range 12 {
		_, err := objects.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("letters")})
		if !errors.As(err, new(smithy.InvalidParamsError)) {
			t.Fatalf("without a key: %v", err)
		}
		_, err = objects.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("letters"), Key: aws.String("")})
		if !errors.As(err, new(*smithy.SerializationError)) {
			t.Fatalf("with an empty key: %v", err)
		}
	}
	if got := circuits.Calls("Objects.GetObject"); got.Ignored != 24 || b.served() != 0 {
		t.Errorf("counted %+v, %d requests", got, b.served())
	}
}

// TestBodyOutlivesTheTimeout gets an object whose second half comes after the timeout.
func TestBodyOutlivesTheTimeout(t *testing.T) {
	const timeout = 500 * time.Millisecond
	rest := make(chan struct{})
	objects, _ := wrap(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Dear ")
		w.(http.Flusher).Flush()
		<-rest
		io.WriteString(w, "reader")
	}), timeout)
	object, err := get(objects)
	if err != nil {
		close(rest)
		t.Fatal(err)
	}
	defer object.Body.Close()
	time.AfterFunc(2*timeout, func() { close(rest) })
	if text, err := io.ReadAll(object.Body); string(text) != "Dear reader" || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
}

// TestSelectionOutlivesTheTimeout: its stream is in an unexported field of its output.
//
// The server waits until the request counts as written: the SDK closes the request's
// body when the response's header comes, without a wrapper too, and net/http gives up
// the connection where it still wanted to see that body's end.
func TestSelectionOutlivesTheTimeout(t *testing.T) {
	const timeout = 500 * time.Millisecond
	wrote, rest := make(chan struct{}), make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(wrote) },
	})
	objects, _ := wrap(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-wrote
		event(t, w, "Records", "ada\n")
		<-rest
		event(t, w, "Records", "eve\n")
		event(t, w, "End", "")
	}), timeout)
	output, err := objects.SelectObjectContent(ctx, &s3.SelectObjectContentInput{
		Bucket: aws.String("letters"), Key: aws.String("names.csv"),
		Expression: aws.String("SELECT * FROM S3Object"), ExpressionType: types.ExpressionTypeSql,
		InputSerialization:  &types.InputSerialization{CSV: &types.CSVInput{}},
		OutputSerialization: &types.OutputSerialization{CSV: &types.CSVOutput{}},
	})
	if err != nil {
		close(rest)
		t.Fatal(err)
	}
	time.AfterFunc(2*timeout, func() { close(rest) })
	stream := output.GetStream()
	defer stream.Close()
	var names strings.Builder
	for e := range stream.Events() {
		if records, ok := e.(*types.SelectObjectContentEventStreamMemberRecords); ok {
			names.Write(records.Value.Payload)
		}
	}
	if names.String() != "ada\neve\n" || stream.Err() != nil {
		t.Errorf("selected %q, %v", names.String(), stream.Err())
	}
}

// event sends one event of a stream.
func event(t *testing.T, w http.ResponseWriter, kind, payload string) {
	message := eventstream.Message{Payload: []byte(payload)}
	message.Headers.Set(":message-type", eventstream.StringValue("event"))
	message.Headers.Set(":event-type", eventstream.StringValue(kind))
	if err := eventstream.NewEncoder().Encode(w, message); err != nil {
		t.Error(err)
	}
	w.(http.Flusher).Flush()
}

// TestHangingServer is given up at the timeout.
func TestHangingServer(t *testing.T) {
	done := make(chan struct{})
	objects, circuits := wrap(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }), 200*time.Millisecond)
	circuits.Expect("Objects.GetObject")
	defer close(done)
	for range 3 {
		if _, err := get(objects); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := get(objects); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v", err)
	}
	if got := circuits.Calls("Objects.GetObject"); got.Timeouts != 3 {
		t.Errorf("counted %+v", got)
	}
}
