package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time over 0: "300ms".
func Duration(key string, to *time.Duration) Field {
	return value(key, func(text string) error {
		d, err := duration(text)
		if err == nil {
			*to = d
		}
		return err
	}, func() string { return durationText(*to) })
}

// Growing is a first time and, after two dots, the greatest that it grows to: "50ms..1s".
// One of the two may be left out: "50ms", "..1s".
func Growing(key string, first, most *time.Duration) Field {
	return value(key, func(text string) error {
		said, _ := unquote(text)
		least, greatest, both := strings.Cut(said, "..")
		if !both {
			d, err := duration(text)
			if err == nil {
				*first = d
			}
			return err
		}
		var from, to time.Duration
		var err error
		if least != "" {
			if from, err = parse(least); err != nil {
				return err
			}
		}
		if to, err = parse(greatest); err != nil {
			return err
		}
		if to < from {
			return fmt.Errorf("%s is less than the %s that it begins with", greatest, least)
		}
		if from > 0 {
			*first = from
		}
		*most = to
		return nil
	}, func() string {
		switch {
		case *most == 0:
			return durationText(*first)
		case *first == 0:
			return `"..` + short(*most) + `"`
		default:
			return `"` + short(*first) + ".." + short(*most) + `"`
		}
	})
}

// Window is a time, or a number of the last calls, at most so many: "10s", or 100.
func Window(key string, time *time.Duration, calls *int, most int) Field {
	return value(key, func(text string) error {
		if _, isText := unquote(text); isText {
			d, err := duration(text)
			if err == nil {
				*time = d
			}
			return err
		}
		n, err := count(text)
		switch {
		case err != nil:
			return fmt.Errorf("%w, nor a duration: write 100 for the last 100 calls, or 10s", err)
		case n > most:
			return fmt.Errorf("%d calls are over %d", n, most)
		}
		*calls = n
		return nil
	}, func() string {
		if *calls > 0 {
			return countText(*calls)
		}
		return durationText(*time)
	})
}

// duration reads a JSON string.
func duration(text string) (time.Duration, error) {
	said, isText := unquote(text)
	if !isText {
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return 0, fmt.Errorf("%s has no unit: write 300ms or 1m30s", text)
		}
		return 0, fmt.Errorf("%s is not a duration: write 300ms or 1m30s", text)
	}
	return parse(said)
}

func parse(said string) (time.Duration, error) {
	d, err := time.ParseDuration(said)
	if _, notNumber := strconv.ParseFloat(said, 64); notNumber == nil {
		return 0, fmt.Errorf("%s has no unit: write 300ms or 1m30s", said)
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration: write 300ms or 1m30s", said)
	case d <= 0:
		return 0, fmt.Errorf("%s is not over 0", said)
	}
	return d, nil
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return `"` + short(d) + `"`
}

// short writes 1m for 1m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
