package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"go/token"
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

	check, explain, suggest, json bool
	quiet, verbose, version       bool
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
	flags.StringVar(&r.Header, "header", "", "")
	flags.BoolVar(&o.check, "check", false, "")
	flags.BoolVar(&o.explain, "explain", false, "")
	flags.BoolVar(&o.suggest, "suggest", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.quiet, "q", false, "")
	flags.BoolVar(&o.verbose, "v", false, "")
	flags.BoolVar(&o.version, "version", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, usageError{nearestFlag(err, flags)}
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
	case o.check && (o.explain || o.json && !o.suggest):
		return errors.New("-check and -explain are two different things: use one of them")
	case o.suggest && (o.check || o.explain):
		return errors.New("-suggest is a thing of its own: use it without -check and -explain")
	case o.suggest && len(o.patterns) == 0 && len(r.Iface) > 0:
		return errors.New("-iface doesn't go with -suggest, which looks for what to name")
	case o.suggest && len(o.patterns) == 0:
		return errors.New("-suggest needs package patterns: ./... is all of the module")
	case len(o.patterns) == 0 && len(r.Iface) == 0:
		return errors.New("-iface is missing: name an interface, as in -iface=UserClient, " +
			"or ./... for all that directives ask for")
	case len(o.patterns) == 0:
		return r.Validate()
	case slices.ContainsFunc(o.patterns, func(p string) bool { return strings.HasPrefix(p, "-") }):
		return errors.New("flags go before package patterns")
	case slices.ContainsFunc(o.patterns, isTypeName):
		// No package of the standard library has such a name, nor has a folder's pattern.
		return fmt.Errorf("%s is no package pattern: an interface is named by a flag, as in -iface=%[1]s",
			o.patterns[slices.IndexFunc(o.patterns, isTypeName)])
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"iface", len(r.Iface) > 0}, {"out", r.Out != ""}, {"pkg", r.Pkg != ""},
		{"name", r.Name != ""}, {"chain", r.Chain != ""},
		{"header", r.Header != ""},
	} {
		if f.set {
			if o.suggest {
				return fmt.Errorf("-%s doesn't go with -suggest, which looks for what to name", f.name)
			}
			return fmt.Errorf("unexpected argument %s: with patterns, -%s comes from each directive",
				o.patterns[0], f.name)
		}
	}
	return nil
}

// nearestFlag adds to the error of an unknown flag which one it is nearest to.
func nearestFlag(err error, flags *flag.FlagSet) error {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return err
	}
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, "-"+f.Name) })
	return fmt.Errorf("%w%s", err, gen.Suggest("-"+name, known))
}

// isTypeName says whether an argument is the name of an exported type, alone or after
// its package's path, rather than a pattern of packages.
func isTypeName(arg string) bool {
	if strings.HasPrefix(arg, ".") || strings.Contains(arg, "...") {
		return false
	}
	name := arg[strings.LastIndexAny(arg, "/.")+1:]
	qualified := name != arg && arg[len(arg)-len(name)-1] == '.'
	return token.IsIdentifier(name) && token.IsExported(name) && (name == arg || qualified)
}

// writes says whether the arguments ask for a file of their own.
func (o *options) writes() bool {
	return len(o.patterns) == 0 && !o.version && !o.check && !o.explain && !o.suggest && !o.json
}

// names splits a list at its commas and spaces.
func names(list string) []string {
	fields := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Clip(fields)
}
