package prometheus_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// What is beside the package, ready to load.

func TestRules(t *testing.T) {
	promtool := promtool(t)
	for _, args := range [][]string{{"check", "rules", "rules.yml"}, {"test", "rules", "rules_test.yml"}} {
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// Every alert is tested, and says what to do.
func TestRulesAreTested(t *testing.T) {
	rules, tests := read(t, "rules.yml"), read(t, "rules_test.yml")
	alerts := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(rules, -1)
	if len(alerts) == 0 {
		t.Error("there are no alerts")
	}
	if n := strings.Count(rules, "description: >-"); n != len(alerts) {
		t.Errorf("%d alerts, and %d descriptions", len(alerts), n)
	}
	for _, alert := range alerts {
		if !regexp.MustCompile(`alertname: ` + alert[1] + `\n.*\n +exp_alerts:\n`).MatchString(tests) {
			t.Errorf("no test has %s fire", alert[1])
		}
	}
}

// queries returns the queries of the dashboard's panels, with its variables as Grafana sets them.
func queries(t *testing.T) (all []string) {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "dashboard.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	set := strings.NewReplacer("$__rate_interval", "1m", "$job", ".*", "$name", ".*")
	for _, panel := range dashboard.Panels {
		if len(panel.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			all = append(all, set.Replace(target.Expr))
		}
	}
	return all
}

// Dashboard and rules ask for what there is.
func TestReadyMadeFilesAskForWhatThereIs(t *testing.T) {
	r := runtime.NewRegistry()
	newCircuit(t, r, "Users", succeed, runtime.Policy{})
	var names []string
	for _, family := range gather(t, r) {
		names = append(names, family.GetName())
	}
	asked := strings.Join(queries(t), "\n") + read(t, "rules.yml") + read(t, "rules_test.yml")
	for _, name := range regexp.MustCompile(`\bcircuit_\w+`).FindAllString(asked, -1) {
		name = regexp.MustCompile(`(seconds)_(bucket|count|sum)$`).ReplaceAllString(name, "$1")
		if !slices.Contains(names, name) {
			t.Errorf("there is no family %s", name)
		}
	}
}

// Prometheus understands the queries.
func TestDashboardQueries(t *testing.T) {
	promtool := promtool(t)
	rules := "groups:\n- name: panels\n  rules:\n"
	for _, query := range queries(t) {
		quoted, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		rules += "  - record: panel\n    labels: {query: " + string(quoted) + "}\n    expr: " + string(quoted) + "\n"
	}
	path := filepath.Join(t.TempDir(), "panels.yml")
	if err := os.WriteFile(path, []byte(rules), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(context.Background(), promtool, "check", "rules", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
