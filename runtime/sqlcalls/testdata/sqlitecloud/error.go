// Package sqlitecloud has errors of which nothing is known.
package sqlitecloud

// Error says its code in words.
type Error struct{ Text string }

func (e Error) Error() string { return e.Text }
