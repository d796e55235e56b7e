package dashboard

import (
	"crypto/rand"
	"runtime/debug"
	"sync"
	"time"
)

// process tells the process that shows circuits from others behind the same address.
type process struct {
	ID      string `json:"id"`                // random
	Started int64  `json:"started"`           // in ms since 1970
	Version string `json:"version,omitempty"` // of the build
}

var started = time.Now()

var thisProcess = sync.OnceValue(func() process {
	return process{ID: rand.Text()[:8], Started: started.UnixMilli(), Version: version()}
})

// version is the main module's, or else the commit that it was built from; "" where neither
// is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return ""
}
