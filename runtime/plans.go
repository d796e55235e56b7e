package runtime

import (
	"sync"
	"weak"
)

// plans are those of one method, by what has changed it. They keep nothing of a change that is in force
// nowhere any more, but for some that later ones sweep out. The zero value is empty.
type plans struct {
	made sync.Map // from an override's self to its plan

	mu   sync.Mutex
	n    int // how many there are, at most; guarded by mu
	most int // how many are swept; guarded by mu
}

// get returns the plan of a change; nil where none is kept.
func (p *plans) get(of *override) *plan {
	made, ok := p.made.Load(of.self)
	if !ok {
		return nil
	}
	return made.(*plan)
}

// keep keeps a plan, and returns it, or the one that another caller was faster with.
func (p *plans) keep(of *override, fresh *plan) *plan {
	made, there := p.made.LoadOrStore(of.self, fresh)
	if !there {
		p.sweep()
	}
	return made.(*plan)
}

// sweep counts one more, and where they have doubled since it last did, removes the plans of changes
// that are no more.
func (p *plans) sweep() {
	const few = 16
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n++; p.n <= max(few, p.most) {
		return
	}
	p.n = 0
	for self := range p.made.Range {
		if self.(weak.Pointer[override]).Value() == nil {
			p.made.Delete(self)
		} else {
			p.n++
		}
	}
	p.most = 2 * p.n
}
