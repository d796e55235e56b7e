// Command s3 shows the S3 client of the AWS SDK behind circuits, before a bucket that is
// throttled for a while. That there is no such key is an answer, SlowDown is not; a body
// is read after the call that got it.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=Objects

// Objects is the part of an *s3.Client that this program uses.
//
//breakergen:breaker consecutive=3 open=500ms
type Objects interface {
	GetObject(ctx context.Context, params *s3.GetObjectInput, optFns ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	PutObject(ctx context.Context, params *s3.PutObjectInput, optFns ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	SelectObjectContent(ctx context.Context, params *s3.SelectObjectContentInput, optFns ...func(*s3.Options)) (*s3.SelectObjectContentOutput, error)
}

// connect returns a client of the server at a URL.
func connect(url string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &url,
		UsePathStyle: true,
		Region:       "eu-central-1",
		Credentials:  aws.AnonymousCredentials{},
		Retryer:      aws.NopRetryer{}, // so that each call of this program is one request
	})
}

func main() {
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run asks a bucket for what isn't there and what is, while it is throttled and after.
func run(out io.Writer) error {
	b := newBucket()
	server := httptest.NewServer(b)
	defer server.Close()

	registry := breaker.NewRegistry()
	defer registry.Subscribe(func(e breaker.Event) {
		fmt.Fprintf(out, "%s: %s, now %s\n", e.Circuit, e.Cause, e.To)
	})()
	objects, err := NewObjectsBreaker(connect(server.URL), ObjectsBreakerConfig{Registry: registry})
	if err != nil {
		return err
	}
	for range 5 {
		ask(out, objects)
	}
	_, err = objects.PutObject(context.Background(), &s3.PutObjectInput{
		Bucket: aws.String("letters"), Key: aws.String("first"), Body: bytes.NewReader([]byte("Dear reader")),
	})
	if err != nil {
		return err
	}
	ask(out, objects)
	b.fail("SlowDown")
	for range 5 {
		ask(out, objects)
	}
	b.fail("")
	time.Sleep(600 * time.Millisecond) // until a probe may go out
	ask(out, objects)
	return nil
}

// ask gets an object, and says what came of it.
func ask(out io.Writer, objects Objects) {
	object, err := objects.GetObject(context.Background(), &s3.GetObjectInput{
		Bucket: aws.String("letters"), Key: aws.String("first"),
	})
	switch {
	case errors.As(err, new(*types.NoSuchKey)):
		fmt.Fprintln(out, "there is no letter")
	case errors.As(err, new(*breaker.OpenError)):
		fmt.Fprintln(out, "rejected at once")
	case err != nil:
		fmt.Fprintln(out, "failed:", err)
	default:
		defer object.Body.Close()
		text, err := io.ReadAll(object.Body)
		fmt.Fprintln(out, string(text), err)
	}
}
