package runtime_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// long turns the tests on that take minutes.
var long = flag.Bool("long", false, "run the long soak too")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
