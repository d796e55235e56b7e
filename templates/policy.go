package templates

import (
	"fmt"
	"strconv"
	"time"

	"github.com/dave/jennifer/jen"
)

func (p Policy) empty() bool {
	settings := len(p.Breaker) + len(p.Retry) + len(p.Timeout) + len(p.Bulkhead)
	return settings == 0 && p.On == nil && (p.Classify == nil || p.Classify.Results != nil)
}

// policy returns a runtime.Policy.
func (f *file) policy(p Policy) jen.Code {
	var fields []jen.Code
	link := func(name string, settings []Setting, more ...jen.Code) {
		var list []jen.Code
		for _, s := range settings {
			list = append(list, keyed(s.Field, f.literal(s.Value)))
		}
		list = append(list, more...)
		literal := jen.Qual(runtimePath, name+"Policy")
		switch {
		case len(list) == 0:
			return
		case len(list) > 3:
			literal.Add(block(list...))
		default:
			literal.Values(list...)
		}
		fields = append(fields, keyed(name, literal))
	}
	link("Breaker", p.Breaker)
	if p.On != nil {
		link("Retry", p.Retry, keyed("On", f.functionName(p.On)))
	} else {
		link("Retry", p.Retry)
	}
	link("Timeout", p.Timeout)
	link("Bulkhead", p.Bulkhead)
	if p.Classify != nil && p.Classify.Results == nil {
		fields = append(fields, keyed("Classify", f.functionName(p.Classify)))
	}
	return jen.Qual(runtimePath, "Policy").Add(block(fields...))
}

// literal returns a setting's value as one would write it.
func (f *file) literal(value any) jen.Code {
	switch value := value.(type) {
	case time.Duration:
		return duration(value)
	case bool:
		return f.predeclared(strconv.FormatBool(value))
	default:
		return jen.Lit(value)
	}
}

// duration returns d in the greatest unit that it is a whole number of.
func duration(d time.Duration) jen.Code {
	units := []struct {
		length time.Duration
		name   string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"},
		{time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
		{time.Nanosecond, "Nanosecond"},
	}
	for _, u := range units {
		if d%u.length != 0 {
			continue
		}
		if d == u.length {
			return jen.Qual("time", u.name)
		}
		return jen.Lit(int(d/u.length)).Op("*").Qual("time", u.name)
	}
	panic(fmt.Sprintf("templates: no unit for %v", d))
}
