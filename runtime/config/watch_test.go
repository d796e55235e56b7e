package config_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

// watched is a file of settings that is watched, and the circuit A, in a bubble.
type watched struct {
	*testing.T
	lines
	registry *runtime.Registry
	path     string
}

const interval = time.Minute

// watch runs f with a file that says that A has 2 attempts.
func watch(t *testing.T, f func(w *watched), options ...config.Option) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &watched{T: t, registry: runtime.NewRegistry(), path: filepath.Join(dir, "settings.json")}
		newCircuit(t, w.registry, "A", spec{})
		w.write(`{"A": {"retry": {"attempts": 2}}}`)
		w.start(options...)
		w.are(t, `level=INFO msg="setting changed" circuit=A field=retry.attempts from=3 to=2`)
		f(w)
	})
}

// start watches the file as long as the bubble is there.
func (w *watched) start(options ...config.Option) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.Cleanup(cancel)
	options = append(options, config.WithInterval(interval), config.WithLogger(w.logger()))
	if err := config.Watch(ctx, w.registry, w.path, options...); err != nil {
		w.Fatal(err)
	}
	time.Sleep(interval / 2) // between two looks
}

func (w *watched) write(settings string) {
	w.Helper()
	w.must(os.WriteFile(w.path, []byte(settings), 0o600))
}

func (w *watched) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// looks lets the file be looked at so many times.
func (w *watched) looks(n int) {
	time.Sleep(time.Duration(n) * interval)
	synctest.Wait()
}

func (w *watched) has(want int) {
	w.Helper()
	attempts(w, w.registry, "A", want)
}

func TestWatch(t *testing.T) {
	watch(t, func(w *watched) {
		w.write(`{"A": {"retry": {"attempts": 5}}}`)
		w.looks(1)
		w.has(2) // it may be half written
		w.looks(1)
		w.has(5)
		w.are(t, `level=INFO msg="setting changed" circuit=A field=retry.attempts from=2 to=5`)
		w.looks(10)
		w.write(`{ "A" : {"retry": {"attempts": 5}}}`)
		w.looks(10)
		w.are(t)
		w.write(`{}`)
		w.looks(2)
		w.has(3)
	})
}

// TestWatch_Apply has what is changed beside the file stay while that does.
func TestWatch_Apply(t *testing.T) {
	watch(t, func(w *watched) {
		logged(t)
		load(t, w.registry, `{"A": {"retry": {"attempts": 8}}}`)
		w.looks(10)
		w.has(8)
		w.must(w.registry.Apply("A", runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 9}}))
		w.looks(10)
		w.has(9)
	})
}

// TestWatch_Replaced has a file replaced by a rename, as editors do.
func TestWatch_Replaced(t *testing.T) {
	watch(t, func(w *watched) {
		other := w.path + "~"
		w.must(os.WriteFile(other, []byte(`{"A": {"retry": {"attempts": 5}}}`), 0o600))
		w.must(os.Rename(other, w.path))
		w.looks(2)
		w.has(5)
	})
}

// TestWatch_ConfigMap has a folder replaced behind symbolic links, as Kubernetes does: the file
// leads to ..data, and that to a folder that is never changed.
func TestWatch_ConfigMap(t *testing.T) {
	if err := os.Symlink("..", filepath.Join(t.TempDir(), "link")); err != nil {
		t.Skip("no symbolic links here:", err) // on Windows, not everyone may make one
	}
	watch(t, func(w *watched) {
		mount := filepath.Dir(w.path)
		put := func(folder, settings string) {
			w.must(os.Mkdir(filepath.Join(mount, folder), 0o700))
			w.must(os.WriteFile(filepath.Join(mount, folder, "mapped.json"), []byte(settings), 0o600))
			w.must(os.Symlink(folder, filepath.Join(mount, "..data_tmp")))
			w.must(os.Rename(filepath.Join(mount, "..data_tmp"), filepath.Join(mount, "..data")))
		}
		put("..1", `{"A": {"retry": {"attempts": 4}}}`)
		w.path = filepath.Join(mount, "mapped.json")
		w.must(os.Symlink(filepath.Join("..data", "mapped.json"), w.path))
		w.start()
		w.has(4)
		put("..2", `{"A": {"retry": {"attempts": 5}}}`)
		w.must(os.RemoveAll(filepath.Join(mount, "..1")))
		w.looks(2)
		w.has(5)
	})
}

// TestWatch_WrittenSlowly has nothing taken over of what isn't written yet, and nothing logged.
func TestWatch_WrittenSlowly(t *testing.T) {
	watch(t, func(w *watched) {
		file, err := os.Create(w.path) // truncates
		w.must(err)
		for _, char := range `{"A": {"retry": {"attempts": 5}}, "B": {}}` {
			_, err := file.WriteString(string(char))
			w.must(err)
			w.looks(1)
			w.has(2)
		}
		w.must(file.Close())
		w.are(t)
		w.looks(1)
		w.has(5)
	})
}

// TestWatch_Gone has the last settings stay while the file is gone, which is said once.
func TestWatch_Gone(t *testing.T) {
	watch(t, func(w *watched) {
		w.must(os.Rename(w.path, w.path+"~"))
		w.looks(10)
		w.has(2)
		if got := w.take(); len(got) != 1 || !bytes.Contains(got[0], []byte(`level=ERROR msg="settings not taken over: the last ones stay" path=`+w.path+` error="open `)) {
			t.Errorf("the log has %s", got)
		}
		w.must(os.Rename(w.path+"~", w.path))
		w.looks(10)
		w.are(t, `level=INFO msg="settings are read again" path=`+w.path)
		w.must(os.Remove(w.path))
		w.looks(1)
		w.write(`{"A": {"retry": {"attempts": 5}}}`)
		w.looks(2)
		w.has(5)
	})
}

// take returns what was logged since the last time.
func (w *watched) take() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := bytes.TrimSuffix(bytes.Clone(w.text.Bytes()), []byte("\n"))
	w.text.Reset()
	return bytes.Split(all, []byte("\n"))
}

// TestWatch_Refused has the last settings stay where others are impossible, which is said once.
func TestWatch_Refused(t *testing.T) {
	watch(t, func(w *watched) {
		refused := func(why string) string {
			return `level=ERROR msg="settings not taken over: the last ones stay" path=` + w.path + ` error="` + why + `"`
		}
		w.write(`{"A": {"retry": {"attempts": 0}, "timeout": "5s"}}`)
		w.looks(10)
		w.are(t, refused("A: retry.attempts: 0 is not a number from 1"))
		w.write(`{"A": {"retry": {"attempts": 0}}}`)
		w.looks(10)
		w.are(t) // no news
		w.write(``)
		w.looks(10)
		w.are(t, refused("it ends too early"))
		w.has(2)
		w.write(`{"A": {"retry": {"attempts": 5}}}`)
		w.looks(10)
		w.has(5)
		w.are(t, `level=INFO msg="setting changed" circuit=A field=retry.attempts from=2 to=5`,
			`level=INFO msg="settings are read again" path=`+w.path)
	})
}

// TestWatch_First has the error of the first time returned, and nothing watched.
func TestWatch_First(t *testing.T) {
	l := logged(t)
	synctest.Test(t, func(t *testing.T) { // which would wait for who watches
		r := runtime.NewRegistry()
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := config.Watch(context.Background(), r, path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("no file: %v", err)
		}
		if err := os.WriteFile(path, []byte(`{"A": {"retry": "on"}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := config.Watch(context.Background(), r, path); err == nil || err.Error() != `A: retry: "on" is not an object` {
			t.Errorf("an impossible one: %v", err)
		}
	})
	l.are(t)
}

// TestWatch_End has the settings stay when the context ends, and nobody watch any more.
func TestWatch_End(t *testing.T) {
	l := logged(t)
	path := filepath.Join(t.TempDir(), "settings.json")
	write := func(settings string) {
		if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		newCircuit(t, r, "A", spec{})
		ctx, cancel := context.WithCancel(context.Background())
		write(`{"A": {"retry": {"attempts": 2}}}`)
		if err := config.Watch(ctx, r, path, config.WithInterval(0), config.WithLogger(nil)); err != nil {
			t.Fatal(err)
		}
		write(`{"A": {"retry": {"attempts": 4}}}`)
		time.Sleep(2*2*time.Second + 1) // by default
		synctest.Wait()
		attempts(t, r, "A", 4)
		l.are(t, `level=INFO msg="setting changed" circuit=A field=retry.attempts from=3 to=2`,
			`level=INFO msg="setting changed" circuit=A field=retry.attempts from=2 to=4`)
		write(`{}`)
		cancel()
		time.Sleep(time.Hour)
		attempts(t, r, "A", 4)
	})
}

// TestWatch_Interval has any that is over 0 be kept.
func TestWatch_Interval(t *testing.T) {
	watch(t, func(w *watched) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w.must(config.Watch(ctx, w.registry, w.path, config.WithInterval(1)))
		w.write(`{}`)
		time.Sleep(10 * time.Nanosecond)
		w.has(3)
	})
}

// TestWatch_Converter has other formats converted first, whose errors are ours too.
func TestWatch_Converter(t *testing.T) {
	var broken error
	turn := config.WithConverter(func(content []byte) ([]byte, error) {
		return bytes.ReplaceAll(content, []byte("#"), []byte("8")), broken
	})
	watch(t, func(w *watched) {
		w.write(`{"A": {"retry": {"attempts": #}}}`)
		w.looks(2)
		w.has(8)
		w.take()
		broken = errors.New("tabs")
		w.write(`{"A": {"retry": {"attempts": 5}}}`)
		w.looks(2)
		w.has(8)
		w.are(t, `level=ERROR msg="settings not taken over: the last ones stay" path=`+w.path+` error=tabs`)
	}, turn)
}
