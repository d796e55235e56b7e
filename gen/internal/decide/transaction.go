package decide

import (
	"go/types"
	"slices"
	"strings"
)

// transactionWords are what methods call a transaction that is begun on their receiver, and ended on it.
var transactionWords = []string{"Transaction", "Txn", "Tx"}

// IsTransaction says whether methods are those of a transaction: it is committed or undone, or
// is begun and ended itself. Once a call in it has failed, the database refuses the next
// ones, so that a second attempt hides why the first one failed: all of it has to begin anew.
// What gives its transactions out, as sql.DB does, begins none itself.
func IsTransaction(methods []*types.Func) bool {
	commits, undoes := endsBy(methods, "Commit"), slices.ContainsFunc(methods, func(m *types.Func) bool {
		return slices.Contains([]string{"Rollback", "Abort", "Discard"}, m.Name()) // with an error or without
	})
	return commits && undoes || beginsBy(methods, "Begin") && endsBy(methods, "Commit", "Rollback", "Abort", "Discard", "End")
}

// belongsTo says whether a method is one of a transaction's. A client that has a transaction begun and
// ended on it, as a producer of Kafka's has, does more: what else it has is called outside of one as
// well, by most of its users always, and it refuses to commit what has failed in part. So there
// only those belong to the transaction that name it.
func belongsTo(m *types.Func, among []*types.Func) bool {
	return IsTransaction(among) || slices.ContainsFunc(transactionWords, func(word string) bool {
		return strings.Contains(m.Name(), word) && beginsBy(among, "Begin"+word, "Start"+word) &&
			endsBy(among, "End"+word, "Commit"+word, "Abort"+word, "Rollback"+word)
	})
}

// ends says whether a method ends what was begun, by its name: its first attempt may use that up though it
// fails, and a second one, which finds nothing left to commit, return nil.
func ends(m *types.Func, among []*types.Func) bool {
	name := m.Name()
	if noError(m.Signature()) != "" {
		return false
	}
	switch {
	case name == "EndTxn", name == "EndTx", strings.HasPrefix(name, "End") && strings.HasSuffix(name, "Transaction"):
		return true
	case name == "End":
		return slices.ContainsFunc(among, func(m *types.Func) bool { return m.Name() == "Begin" })
	}
	return slices.ContainsFunc([]string{"Commit", "Rollback", "Abort"}, func(word string) bool {
		rest, ok := strings.CutPrefix(name, word)
		return ok && (rest == "" || slices.Contains(transactionWords, rest)) // Kafka's CommitMessages can be made again
	})
}

// isUndo says whether a name is that of what undoes a transaction.
func isUndo(name string, among []*types.Func) bool {
	for _, undo := range []string{"Rollback", "Abort"} {
		if rest, ok := strings.CutPrefix(name, undo); ok {
			return rest == "" && IsTransaction(among) || slices.Contains(transactionWords, rest)
		}
	}
	return false
}

// endsBy says whether a method of one of the names can fail.
func endsBy(methods []*types.Func, names ...string) bool {
	return slices.ContainsFunc(methods, func(m *types.Func) bool {
		return slices.Contains(names, m.Name()) && noError(m.Signature()) == ""
	})
}

// beginsBy says whether a method of one of the names begins something on its receiver: it is told
// nothing but a context and options, and returns nothing but an error.
func beginsBy(methods []*types.Func, names ...string) bool {
	return slices.ContainsFunc(methods, func(m *types.Func) bool {
		sig, told := m.Signature(), m.Signature().Params().Len()
		if sig.Variadic() {
			told--
		}
		return slices.Contains(names, m.Name()) && isBare(sig, told)
	})
}
