package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Member is a key of an object, and its value.
type Member struct {
	Key  string
	JSON []byte
}

// Members returns what an object has, as written. Unlike encoding/json it takes no key twice:
// of two settings, one would be in force and the other only seem to be.
func Members(object []byte) ([]Member, error) {
	in := json.NewDecoder(bytes.NewReader(object))
	if first, err := in.Token(); err != nil {
		return nil, notJSON(err)
	} else if first != json.Delim('{') {
		return nil, fmt.Errorf("%s is not an object", bytes.TrimSpace(object))
	}
	var members []Member
	seen := map[string]bool{}
	for in.More() {
		token, err := in.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		key := token.(string) // the decoder takes no other
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, notJSON(err)
		}
		if seen[key] {
			return nil, fmt.Errorf("%q is there twice", key)
		}
		seen[key] = true
		members = append(members, Member{key, value})
	}
	if _, err := in.Token(); err != nil {
		return nil, notJSON(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return members, nil
}

// notJSON says what a decoder's error is about; the end of a text isn't io.EOF to those who
// read on.
func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends too early")
	}
	return err
}
