package runtime

import "github.com/slok/goresilience"

// Middleware is goresilience's: a link of a chain. Generated code has it from here, so that a
// module that wraps something needs goresilience itself only where it has links of its own.
type Middleware = goresilience.Middleware
