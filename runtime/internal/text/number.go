package text

import (
	"fmt"
	"strconv"
	"strings"
)

// Count is a whole number from 1.
func Count(key string, to *int) Field {
	return value(key, func(text string) error { return count(text, to) }, func() string { return countText(*to) })
}

// CountOrOff is a count; "off", or false, as which YAML reads off, is -1.
func CountOrOff(key string, to *int) Field {
	return value(key, func(text string) error {
		if text == `"off"` || text == "false" {
			*to = -1
			return nil
		}
		if err := count(text, to); err != nil {
			return fmt.Errorf("%w, nor off", err)
		}
		return nil
	}, func() string {
		if *to < 0 {
			return `"off"`
		}
		return countText(*to)
	})
}

func count(text string, to *int) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("%s is not a number from 1", text)
	}
	*to = n
	return nil
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Rate is a share over 0, at most 1: "50%", or 0.5.
func Rate(key string, to *float64) Field {
	return value(key, func(text string) error { return rate(text, to) }, func() string {
		if *to == 0 {
			return ""
		}
		return `"` + percent(*to) + `"`
	})
}

func rate(text string, to *float64) (err error) {
	var rate float64
	said, isText := unquote(text)
	most := "1: a percentage is written 50%"
	if isText {
		most = "100%"
		number, isPercent := strings.CutSuffix(said, "%")
		if !isPercent {
			return fmt.Errorf("%s is not a rate: write 50%%", text)
		}
		rate, err = strconv.ParseFloat(number+"e-2", 64) // a division would round once more
	} else {
		rate, err = strconv.ParseFloat(text, 64)
	}
	switch {
	case rate > 1: // perhaps beyond all numbers
		return fmt.Errorf("%s is over %s", said, most)
	case err != nil:
		return fmt.Errorf("%s is not a rate: write 50%%", text)
	case !(rate > 0):
		return fmt.Errorf("%s is not over 0", said)
	}
	*to = rate
	return nil
}

// percent writes a rate, from 0 to 1, so that it is read as the same number.
func percent(rate float64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(rate, 'f', -1, 64), ".")
	part += "00"
	whole, part = strings.TrimLeft(whole+part[:2], "0"), strings.TrimRight(part[2:], "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		part = "." + part
	}
	return whole + part + "%"
}

// unquote returns what a JSON string says, where text is one.
func unquote(text string) (said string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return text, false
	}
	said = strings.TrimSuffix(text[1:], `"`)
	if strings.Contains(said, `\`) { // no value needs one
		return text, true
	}
	return said, true
}
