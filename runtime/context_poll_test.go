package runtime

import (
	"context"
	"testing"
)

func TestRunsFuncs(t *testing.T) {
	root, cancelRoot := context.WithCancel(context.Background())
	defer cancelRoot()
	foreignParent, _ := foreignParent(root)
	afterFunc, _ := foreignFuncParent(root)
	onTime, cancelOnTime := ourParent(contextKinds[1])(root)
	defer cancelOnTime()
	for name, test := range map[string]struct {
		parent context.Context
		want   bool
	}{
		"Background":           {context.Background(), true},
		"WithCancel":           {root, true},
		"WithValue":            {context.WithValue(root, testKey{}, 1), true},
		"WithoutCancel":        {context.WithoutCancel(root), true},
		"embedded":             {struct{ context.Context }{root}, true},
		"deadlineContext":      {onTime, true},
		"AfterFunc":            {afterFunc, true},
		"foreign":              {foreignParent, false},
		"WithValue of foreign": {context.WithValue(foreignParent, testKey{}, 1), false},
	} {
		if got := runsFuncs(test.parent); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
