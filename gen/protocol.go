package gen

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
)

// The protocols whose errors the runtime can read: its package <name>calls does.
const (
	protocolGRPC  = "grpc"
	protocolHTTP  = "http"
	protocolSQL   = "sql"
	protocolRedis = "redis"
	protocolAWS   = "aws"
	noProtocol    = "none" // in a directive
)

var protocols = []string{protocolGRPC, protocolHTTP, protocolSQL, protocolRedis, protocolAWS}

// The packages by which a protocol is known.
const (
	grpcPath  = "google.golang.org/grpc"
	awsPath   = "github.com/aws/aws-sdk-go-v2/service/"
	redisPath = "github.com/redis/go-redis/"
	pgxPath   = "github.com/jackc/pgx/"
)

// protocol says of which protocol a method's calls are; "" where that isn't known.
func (d *decider) protocol(m *types.Func) string {
	sig := m.Signature()
	options := optionsOf(sig)
	results := slices.Collect(sig.Results().Variables())
	has := func(is func(types.Type) bool) bool {
		return slices.ContainsFunc(results, func(v *types.Var) bool { return is(v.Type()) })
	}
	switch {
	case options != nil && isNamed(options, grpcPath, "CallOption"):
		return protocolGRPC
	case has(isResponse):
		return protocolHTTP
	case options != nil && isServiceOption(options):
		return protocolAWS
	case has(func(t types.Type) bool { return strings.HasPrefix(packageOf(t), redisPath) }),
		m.Pkg() != nil && strings.HasPrefix(m.Pkg().Path(), redisPath): // Process has no result but an error
		return protocolRedis
	case d.isSQL(m):
		return protocolSQL
	default:
		return ""
	}
}

// optionsOf returns the type of a variadic parameter's elements, or nil.
func optionsOf(sig *types.Signature) types.Type {
	if !sig.Variadic() {
		return nil
	}
	if slice, ok := sig.Params().At(sig.Params().Len() - 1).Type().Underlying().(*types.Slice); ok {
		return slice.Elem()
	}
	return nil
}

// isServiceOption says whether t is a func(*Options) of one of the AWS SDK's services.
func isServiceOption(t types.Type) bool {
	fn, ok := t.Underlying().(*types.Signature)
	return ok && fn.Params().Len() == 1 && fn.Results().Len() == 0 &&
		strings.HasPrefix(packageOf(fn.Params().At(0).Type()), awsPath)
}

// isSQL says whether a method has types of database/sql or of pgx, or is declared in a
// package that imports them, as what sqlc writes does.
func (d *decider) isSQL(m *types.Func) bool {
	is := func(path string) bool {
		return path == "database/sql" || strings.HasPrefix(path, pgxPath)
	}
	for _, tuple := range []*types.Tuple{m.Signature().Params(), m.Signature().Results()} {
		for v := range tuple.Variables() {
			if is(packageOf(v.Type())) {
				return true
			}
		}
	}
	switch {
	case m.Pkg() == nil:
		return false
	case is(m.Pkg().Path()):
		return true
	case d.world.list[m.Pkg().Path()] == nil:
		return false
	}
	for path := range d.world.list[m.Pkg().Path()].Imports {
		if is(path) {
			return true
		}
	}
	return false
}

// packageOf returns the import path of a named type, or of what it points to or is a
// slice of; "" for all others.
func packageOf(t types.Type) string {
	for {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Named:
			if u.Obj().Pkg() == nil {
				return ""
			}
			return u.Obj().Pkg().Path()
		default:
			return ""
		}
	}
}

// protocol decides whose protocol the method's errors are read by.
func (m *methodModel) protocol() {
	m.model.Protocol, m.model.Response = m.shape.protocol, m.shape.response
	asked, ok := m.settings["protocol.Name"]
	if ok {
		m.model.Protocol = asked.value.(string)
	}
	switch {
	case m.model.Protocol == noProtocol:
		m.model.Protocol = ""
	case m.model.Protocol != protocolHTTP:
	case m.shape.response < 0:
		m.fault(asked, "protocol http needs an *http.Response among the results")
	case m.shape.request < 0 && m.model.NotRepeated == "" && !m.asksForRetry():
		m.model.NotRepeated = "no *http.Request says that it may be"
	}
}

// repeatsItself says who repeats the calls of a protocol whose failures aren't retried
// here; "" where they are.
func (m *methodModel) repeatsItself() string {
	if m.settings["retry.On"].value != nil {
		return ""
	}
	switch m.model.Protocol {
	case protocolRedis:
		return "go-redis"
	case protocolAWS:
		return "the SDK"
	default:
		return ""
	}
}

// retriedOn says on which failures alone a call is made again; "" is on all of them.
func (m *methodModel) retriedOn() string {
	if on, ok := m.settings["retry.On"].value.([]word); ok {
		return texts(on)
	}
	switch m.model.Protocol {
	case protocolGRPC:
		return "Unavailable"
	case protocolHTTP:
		return "an error, 408, 429, 502 to 504"
	case protocolSQL:
		return "ErrBadConn, 40001, 40P01, 53300, 57P03"
	default:
		return ""
	}
}

// protocol reads the name of a protocol.
func (r *reader) protocol(d directive, w word) {
	if w.text != noProtocol && !slices.Contains(protocols, w.text) {
		hint := fmt.Sprintf(": there are %s and none", strings.Join(protocols, ", "))
		if near := problem.Suggest(w.text, append(slices.Clone(protocols), noProtocol)); near != "" {
			hint = near
		}
		r.fault(w, "unknown protocol %q%s", w.text, hint)
		return
	}
	r.set(d, "Name", w, w.text)
}
