package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time over 0: "300ms".
func Duration(key string, to *time.Duration) Field {
	return value(key, func(text string) error { return duration(text, to) }, func() string { return durationText(*to) })
}

// Growing is a first time and, after two dots, the greatest that it grows to: "50ms..1s".
// One of the two may be left out: "50ms", "..1s".
func Growing(key string, first, most *time.Duration) Field {
	return value(key, func(text string) error {
		said, _ := unquote(text)
		least, greatest, both := strings.Cut(said, "..")
		if !both {
			return duration(text, first)
		}
		if least != "" {
			if err := parse(least, first); err != nil {
				return err
			}
		}
		if err := parse(greatest, most); err != nil {
			return err
		}
		return Grows(*first, *most)
	}, func() string {
		switch {
		case *most == 0:
			return durationText(*first)
		case *first == 0:
			return `"..` + Short(*most) + `"`
		default:
			return `"` + Short(*first) + ".." + Short(*most) + `"`
		}
	})
}

// Grows says what is wrong where most is less than first; 0 is not said.
func Grows(first, most time.Duration) error {
	if most == 0 || most >= first {
		return nil
	}
	return fmt.Errorf("%s is less than the %s that it begins with", Short(most), Short(first))
}

// Window is a time, or a number of the last calls, at most so many: "10s", or 100.
func Window(key string, time *time.Duration, calls *int, most int) Field {
	return value(key, func(text string) error {
		if _, isText := unquote(text); isText {
			return duration(text, time)
		}
		if err := count(text, calls); err != nil {
			return fmt.Errorf("%w, nor a duration: write 100 for the last 100 calls, or 10s", err)
		}
		if *calls > most {
			return fmt.Errorf("%d calls are over %d", *calls, most)
		}
		return nil
	}, func() string {
		if *calls > 0 {
			return countText(*calls)
		}
		return durationText(*time)
	})
}

// duration reads a JSON string.
func duration(text string, to *time.Duration) error {
	said, isText := unquote(text)
	if !isText {
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return fmt.Errorf("%s has no unit: write 300ms or 1m30s", text)
		}
		return fmt.Errorf("%s is not a duration: write 300ms or 1m30s", text)
	}
	return parse(said, to)
}

func parse(said string, to *time.Duration) error {
	d, err := time.ParseDuration(said)
	if _, notNumber := strconv.ParseFloat(said, 64); notNumber == nil {
		return fmt.Errorf("%s has no unit: write 300ms or 1m30s", said)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a duration: write 300ms or 1m30s", said)
	case d <= 0:
		return fmt.Errorf("%s is not over 0", said)
	}
	*to = d
	return nil
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return `"` + Short(d) + `"`
}

// Short returns d without the units that are zero: 1m, not 1m0s.
func Short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
