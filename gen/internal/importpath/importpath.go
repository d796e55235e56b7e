// Package importpath holds the import paths of breakergen's own packages that generated code
// and messages name.
package importpath

// The packages that generated code and messages name.
const (
	Runtime = "github.com/breakergen/breakergen/runtime"
	Command = "github.com/breakergen/breakergen/cmd/breakergen"
)

// Protocol returns the import path of a protocol's package.
func Protocol(name string) string { return Runtime + "/" + name + "calls" }
