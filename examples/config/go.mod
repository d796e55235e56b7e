module github.com/breakergen/breakergen/examples/config

go 1.26.0

replace github.com/breakergen/breakergen => ../..

tool github.com/breakergen/breakergen/cmd/breakergen

require (
	github.com/breakergen/breakergen v0.0.0
	sigs.k8s.io/yaml v1.6.0
)

require (
	github.com/dave/jennifer v1.7.1 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	github.com/slok/goresilience v0.2.0 // indirect
	go.yaml.in/yaml/v2 v2.4.2 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)
