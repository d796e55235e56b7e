// Package text reads and writes settings as JSON, in the words and values of directives:
// "300ms", "50%", "5s..1m". It knows no policies.
package text

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Field is a setting: its key, and how its value is read and written.
type Field struct {
	Key string
	// read sets the value. Errors begin with path, which leads there.
	read func(path string, json []byte) []error
	// write returns JSON; "" where nothing is set.
	write func() string
}

// Link is an object of settings.
type Link struct {
	Fields []Field
	// Off is set by "off" in place of the object, or false, as which YAML reads off; nil where
	// there is no such thing.
	Off *bool
	// Bare is the key of the field whose value may stand in place of the object; "" for none.
	Bare string
}

// Nested is a field that is a link.
func Nested(key string, link Link) Field {
	return Field{key, link.Read, func() string {
		if written := string(link.Write()); written != "{}" {
			return written
		}
		return ""
	}}
}

// Read sets what an object names. Null says nothing, and there is no space around the JSON. The
// errors are all that is wrong, each beginning with path, and nothing read is of use then.
func (l Link) Read(path string, json []byte) []error {
	switch text := string(json); {
	case text == "null":
		return nil
	case l.Off != nil && (text == `"off"` || text == "false"):
		*l.Off = true
		return nil
	case !strings.HasPrefix(text, "{") && l.Bare != "":
		return l.field(l.Bare).read(path, json)
	}
	members, err := Members(json)
	if err != nil {
		return []error{at(path, err)}
	}
	var errs []error
	for _, m := range members {
		field := l.field(m.Key)
		if field == nil {
			errs = append(errs, at(within(path, m.Key), fmt.Errorf("there is no such setting: there are %s", l.keys())))
			continue
		}
		errs = append(errs, field.read(within(path, m.Key), m.JSON)...)
	}
	return errs
}

func (l Link) field(key string) *Field {
	for i := range l.Fields {
		if l.Fields[i].Key == key {
			return &l.Fields[i]
		}
	}
	return nil
}

// keys lists what there is.
func (l Link) keys() string {
	var keys []string
	for _, f := range l.Fields {
		keys = append(keys, f.Key)
	}
	last := len(keys) - 1
	return strings.Join(keys[:last], ", ") + " and " + keys[last]
}

// Write returns the JSON of all that is set.
func (l Link) Write() []byte {
	var set []string
	for _, f := range l.Fields {
		if value := f.write(); value != "" {
			set = append(set, strconv.Quote(f.Key)+":"+value)
		}
	}
	if len(set) == 1 && l.Off != nil && *l.Off {
		return []byte(`"off"`)
	}
	return []byte("{" + strings.Join(set, ",") + "}")
}

// Flag is a setting that is true, or not there: false is what a zero can't say.
func Flag(key string, to *bool) Field {
	return value(key, func(text string) error {
		switch text {
		case "true":
			*to = true
			return nil
		case "false":
			return errors.New("false sets nothing: leave it out")
		default:
			return fmt.Errorf("%s is not true", text)
		}
	}, func() string {
		if *to {
			return "true"
		}
		return ""
	})
}

// value is a field whose errors are of itself.
func value(key string, read func(json string) error, write func() string) Field {
	return Field{key, func(path string, json []byte) []error {
		if err := read(string(json)); err != nil {
			return []error{at(path, err)}
		}
		return nil
	}, write}
}

// at says where an error is.
func at(path string, err error) error {
	if path == "" {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

func within(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
