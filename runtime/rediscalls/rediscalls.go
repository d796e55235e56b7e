// Package rediscalls says what the errors of go-redis's clients mean. Generated wrappers
// use it where methods return go-redis's commands; by hand it serves as
// [breaker.Policy].Classify ([Judge]) and [breaker.RetryPolicy].On ([Retry]).
//
// What the server itself has said, redis.Nil too, go-redis marks by a method RedisError():
// the server works, unless it says that it can't do its work now.
package rediscalls

import (
	"errors"
	"strings"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Protocol is what generated wrappers use.
var Protocol = &breaker.Protocol{Name: "redis", Judge: Judge, Retry: Retry}

// unable begin the errors by which a server says that it can't do its work now: see
// https://github.com/redis/redis/blob/unstable/src/server.c (createSharedObjects).
var unable = []string{
	"LOADING", "READONLY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "BUSY", "OOM",
	"NOREPLICAS", "MISCONF",
}

// full is how a server turns a connection away. It has no word of its own.
const full = "ERR max number of clients reached"

// Judge says who is at fault for an error: a server's answer is a success unless it says
// that it is unable to, all else is a failure.
func Judge(err error) breaker.Outcome {
	if err == nil {
		return breaker.Success
	}
	var said interface {
		error
		RedisError()
	}
	if errors.As(err, &said) && !isUnable(said.Error()) {
		return breaker.Success
	}
	return breaker.Failure
}

func isUnable(message string) bool {
	if strings.HasPrefix(message, full) {
		return true
	}
	code, _, _ := strings.Cut(message, " ")
	for _, word := range unable {
		if code == word {
			return true
		}
	}
	return false
}

// Retry returns false: the client repeats by itself (redis.Options.MaxRetries).
func Retry(error) bool { return false }
