package prometheus_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOnARealPrometheus has a server scrape examples/service, with the rules, whose times are made
// a sixtieth: the service's dependency fails as it always does, an alert fires and is gone when the
// circuit has closed, and the dashboard's panels have something to show.
func TestOnARealPrometheus(t *testing.T) {
	server, err := exec.LookPath("prometheus")
	if testing.Short() || err != nil {
		t.Skip("it takes a prometheus (apt-get install prometheus), and half a minute")
	}
	p := startPrometheus(t, server, startService(t))
	eventually := func(query, want string) {
		t.Helper()
		var got string
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if got = p.query(t, query); got == want {
				return
			}
		}
		t.Fatalf("%s is %s, want %s", query, got, want)
	}
	const firing = `(count(ALERTS{alertname="CircuitOpen",alertstate="firing",name="hystrix-circuit",job="shop"}) or vector(0))`
	eventually(`sum(circuit:calls:rate2m) > bool 1`, "1")
	eventually(firing, "1")
	eventually(firing+" + sum(circuit_opened)", "0")
	for _, query := range queries(t) {
		if strings.Contains(query, `forced_open|forced_closed"}) > 0`) || strings.Contains(query, "bulkhead") {
			continue // nobody has forced anything, and there is no bulkhead
		}
		eventually("count("+strings.ReplaceAll(query, "[1m]", "[5s]")+") > bool 0", "1")
	}
}

// startService starts examples/service, and returns the address where it listens.
func startService(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "service")
	if out, err := exec.Command("go", "build", "-o", path, "../../examples/service").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	service := exec.Command(path, "-addr=127.0.0.1:0")
	out, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = service.Process.Kill()
		_ = service.Wait()
	})
	lines := bufio.NewReader(out)
	page, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, lines) // what its calls bring, which nobody asked for
	at, err := url.Parse(strings.TrimSpace(page))
	if err != nil {
		t.Fatal(err)
	}
	return at.Host
}

type server struct{ url string }

// startPrometheus starts a server of the test's own, that scrapes target.
func startPrometheus(t *testing.T, path, target string) *server {
	t.Helper()
	dir := t.TempDir()
	quick := strings.NewReplacer("[2m]", "[4s]", "> 60", "> 1", "for: 2m", "for: 2s", "for: 5m", "for: 5s")
	for name, content := range map[string]string{
		"rules.yml": quick.Replace(read(t, "rules.yml")),
		"prometheus.yml": fmt.Sprintf("global: {scrape_interval: 1s, evaluation_interval: 1s}\n"+
			"rule_files: [rules.yml]\n"+
			"scrape_configs: [{job_name: shop, static_configs: [{targets: [%q]}]}]\n", target),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	var log strings.Builder
	command := exec.Command(path, "--config.file="+filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr)
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	s := &server{"http://" + addr}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if response, err := http.Get(s.url + "/-/ready"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return s
			}
		}
		if time.Now().After(end) {
			t.Fatal("Prometheus didn't start")
		}
	}
}

// query returns the first value of a query's answer, "" where there is none.
func (s *server) query(t *testing.T, query string) string {
	t.Helper()
	response, err := http.Get(s.url + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Status != "success" {
		t.Fatalf("%s: %v %s", query, err, answer.Error)
	}
	if len(answer.Data.Result) == 0 {
		return ""
	}
	return fmt.Sprint(answer.Data.Result[0].Value[1])
}
