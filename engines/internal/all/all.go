// Package all lists the engines, beside the built-in breaker.
package all

import (
	"github.com/breakergen/breakergen/engines/cep21"
	"github.com/breakergen/breakergen/engines/eapache"
	"github.com/breakergen/breakergen/engines/failsafe"
	"github.com/breakergen/breakergen/engines/gobreaker"
	"github.com/breakergen/breakergen/engines/goresilience"
	"github.com/breakergen/breakergen/engines/handy"
	"github.com/breakergen/breakergen/engines/hystrix"
	"github.com/breakergen/breakergen/engines/mercari"
	"github.com/breakergen/breakergen/engines/rubyist"
	"github.com/breakergen/breakergen/runtime"
)

// BuiltIn is the name of the built-in breaker.
const BuiltIn = "built-in"

// Engine is one breaker.
type Engine struct {
	Name   string         // the package's
	Module string         // the library's; "" for the built-in breaker
	Engine runtime.Engine // nil for the built-in breaker
}

// Engines returns all of them, the built-in breaker first.
func Engines() []Engine {
	return []Engine{
		{BuiltIn, "", nil},
		{"goresilience", "github.com/slok/goresilience", goresilience.Engine()},
		{"cep21", "github.com/cep21/circuit/v4", cep21.Engine()},
		{"hystrix", "github.com/afex/hystrix-go", hystrix.Engine()},
		{"eapache", "github.com/eapache/go-resiliency", eapache.Engine()},
		{"mercari", "github.com/mercari/go-circuitbreaker", mercari.Engine()},
		{"gobreaker", "github.com/sony/gobreaker/v2", gobreaker.Engine()},
		{"handy", "github.com/streadway/handy", handy.Engine()},
		{"rubyist", "github.com/rubyist/circuitbreaker", rubyist.Engine()},
		{"failsafe", "github.com/failsafe-go/failsafe-go", failsafe.Engine()},
	}
}
