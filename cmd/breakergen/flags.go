package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen"
)

// usage is what -h prints. The README has it too.
//
//go:embed usage.txt
var usage string

// options are the flags as they were given.
type options struct {
	request  gen.Request // its flags alone
	patterns []string

	check, explain, json    bool
	quiet, verbose, version bool
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

// parse reads the arguments. Those that make no sense are a usageError; one that
// asks for help is flag.ErrHelp.
func parse(args []string) (*options, error) {
	o := &options{}
	r := &o.request
	flags := flag.NewFlagSet("breakergen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	iface := flags.String("iface", "", "")
	tags := flags.String("tags", "", "")
	flags.StringVar(&r.Out, "out", "", "")
	flags.StringVar(&r.Pkg, "pkg", "", "")
	flags.StringVar(&r.Name, "name", "", "")
	flags.StringVar(&r.Chain, "chain", "", "")
	flags.BoolVar(&o.check, "check", false, "")
	flags.BoolVar(&o.explain, "explain", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.quiet, "q", false, "")
	flags.BoolVar(&o.verbose, "v", false, "")
	flags.BoolVar(&o.version, "version", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, usageError{err}
	}
	r.Iface, r.Tags, r.Quiet = names(*iface), strings.Join(names(*tags), ","), o.quiet
	o.patterns = flags.Args()
	if err := o.validate(); err != nil {
		return nil, usageError{err}
	}
	return o, nil
}

// validate reports flags that don't go together.
func (o *options) validate() error {
	r := &o.request
	switch {
	case o.version:
		return nil
	case o.check && (o.explain || o.json):
		return errors.New("-check and -explain are two different things: use one of them")
	case len(o.patterns) == 0 && len(r.Iface) == 0:
		return errors.New("-iface is missing: name an interface, as in -iface=UserClient, " +
			"or ./... for all that directives ask for")
	case len(o.patterns) == 0:
		return r.Validate()
	case slices.ContainsFunc(o.patterns, func(p string) bool { return strings.HasPrefix(p, "-") }):
		return errors.New("flags go before package patterns")
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"iface", len(r.Iface) > 0}, {"out", r.Out != ""}, {"pkg", r.Pkg != ""},
		{"name", r.Name != ""}, {"chain", r.Chain != ""},
	} {
		if f.set {
			return fmt.Errorf("unexpected argument %s: with patterns, -%s comes from each directive",
				o.patterns[0], f.name)
		}
	}
	return nil
}

// writes says whether the arguments ask for a file of their own.
func (o *options) writes() bool {
	return len(o.patterns) == 0 && !o.version && !o.check && !o.explain && !o.json
}

// names splits a list at its commas and spaces.
func names(list string) []string {
	fields := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Clip(fields)
}
