package main

import (
	"fmt"
	"strings"
)

// shape is a kind of method. Each method has types of its own, as those of a generated client
// have, where the shape has any.
type shape struct {
	name   string
	types  string // "%d" is the method's number
	params string
	result string
}

var shapes = []shape{
	{name: "a string and a string", params: "id string", result: "string"},
	{
		name:   "`*In` and `*Out`",
		types:  "type In%[1]d struct{ ID, Name *string; N int }\ntype Out%[1]d struct{ List []string; Next *string }\n",
		params: "in *In%[1]d", result: "*Out%[1]d",
	},
	{
		name:   "`*In, ...opts` and `*Out`",
		types:  "type In%[1]d struct{ ID, Name *string; N int }\ntype Out%[1]d struct{ List []string; Next *string }\n",
		params: "in *In%[1]d, opts ...func(*Options)", result: "*Out%[1]d",
	},
	{
		name:   "several, and a struct",
		types:  "type Out%[1]d struct{ List []string; Next *string }\n",
		params: "from, to string, cents int64, tags []string", result: "Out%[1]d",
	},
}

// source returns a package with an interface of n methods.
func (s shape) source(n int) string {
	var types, methods strings.Builder
	for i := range n {
		number := func(text string) string {
			if !strings.Contains(text, "%") {
				return text
			}
			return fmt.Sprintf(text, i)
		}
		types.WriteString(number(s.types))
		fmt.Fprintf(&methods, "\tMethod%d(ctx context.Context, %s) (%s, error)\n", i, number(s.params), number(s.result))
	}
	return "package client\n\nimport \"context\"\n\ntype Options struct{ Region string }\n\n" +
		types.String() + "\ntype Client interface {\n" + methods.String() + "}\n"
}
