package breakergen_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// A Go block of a document is code that a test compiles, and where it does something, runs:
// it stands, line by line and indentation aside, in a Go file of one of our modules, in a
// test mostly. A line "// ..." stands for lines of the file that are left out. So whoever
// writes a document writes a test first and copies from it; whoever changes the test is
// told here what to change in the document.

// TestDocs_Code holds the Go blocks of docs/ to the Go files.
func TestDocs_Code(t *testing.T) {
	sources := goFiles(t)
	documents, err := filepath.Glob("docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range documents {
		for _, block := range read(t, name).blocks {
			if block.language != "go" {
				continue
			}
			if nearest, ok := block.isIn(sources); !ok {
				t.Errorf("%s:%d: this Go block stands in no Go file, not as it is: %s", name, block.line, nearest)
			}
		}
	}
}

// TestDocs_Links follows the links from our documents to our files, and to the headings in
// them.
func TestDocs_Links(t *testing.T) {
	documents := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "*/README.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, more...)
	}
	for _, name := range documents {
		for _, link := range read(t, name).links {
			if err := follow(t, name, link.to); err != nil {
				t.Errorf("%s:%d: %v", name, link.line, err)
			}
		}
	}
}

func follow(t *testing.T, from, to string) error {
	if strings.Contains(to, ":") { // another site
		return nil
	}
	file, heading, hasHeading := strings.Cut(to, "#")
	if file = path.Join(path.Dir(filepath.ToSlash(from)), file); strings.HasPrefix(to, "#") {
		file = from
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("the link to %s: there is no %s", to, file)
	}
	if !hasHeading {
		return nil
	}
	if headings := read(t, file).headings; !slices.Contains(headings, heading) {
		return fmt.Errorf("the link to %s: %s has the headings %q", to, file, headings)
	}
	return nil
}

// document is what a Markdown file holds for us.
type document struct {
	blocks   []block
	links    []link
	headings []string // as links name them
}

type block struct {
	line     int // of its first line
	language string
	text     []string
}

type link struct {
	line int
	to   string
}

var (
	linkTo  = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	inCode  = regexp.MustCompile("`[^`]*`")
	heading = regexp.MustCompile(`^#+ (.*)$`)
)

func read(t *testing.T, name string) *document {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := &document{}
	var open *block
	for i, text := range strings.Split(string(content), "\n") {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(text), "```")
		switch {
		case isFence && open == nil:
			open = &block{line: i + 2, language: fence}
		case isFence:
			d.blocks = append(d.blocks, *open)
			open = nil
		case open != nil:
			open.text = append(open.text, text)
		default:
			for _, found := range linkTo.FindAllStringSubmatch(inCode.ReplaceAllString(text, ""), -1) {
				d.links = append(d.links, link{i + 1, found[1]})
			}
			if found := heading.FindStringSubmatch(text); found != nil {
				d.headings = append(d.headings, d.anchor(found[1]))
			}
		}
	}
	return d
}

// anchor returns a heading as GitHub has links name it: in lower case, without punctuation,
// with a number where there was one like it before.
func (d *document) anchor(heading string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
	numbered := name
	for n := 1; slices.Contains(d.headings, numbered); n++ {
		numbered = fmt.Sprintf("%s-%d", name, n)
	}
	return numbered
}

// leftOut is the line of a block that stands for lines of the file.
const leftOut = "// ..."

// isIn reports whether a block stands in one of the files, or else how far the one goes that
// it comes nearest to.
func (b *block) isIn(sources map[string][]string) (nearest string, ok bool) {
	nearest, most := "none has its first line", 0
	for name, lines := range sources {
		reached, ok := b.matches(lines)
		if ok {
			return "", true
		}
		if reached > most {
			nearest, most = fmt.Sprintf("%s goes on differently after %q", name, b.text[reached-1]), reached
		}
	}
	return nearest, false
}

// matches reports whether a block stands in a file, or else how many of its lines do.
func (b *block) matches(lines []string) (reached int, ok bool) {
	for reached < len(b.text) {
		part := b.text[reached:]
		if end := slices.IndexFunc(part, func(s string) bool { return strings.TrimSpace(s) == leftOut }); end >= 0 {
			part = part[:end]
		}
		next, same := find(lines, part)
		if next < 0 {
			return reached + same, false
		}
		lines = lines[next:]
		reached += len(part) + 1 // with the line that stands for what is left out
	}
	return reached, true
}

// find returns the index after the first place where part stands in lines; a negative one
// where it doesn't, with how many of its lines stand together.
func find(lines, part []string) (next, same int) {
	for i := range lines {
		n := 0
		for n < len(part) && i+n < len(lines) && strings.TrimSpace(lines[i+n]) == strings.TrimSpace(part[n]) {
			n++
		}
		if n == len(part) && slices.Equal(outdent(lines[i:i+n]), outdent(part)) {
			return i + n, n
		}
		same = max(same, n)
	}
	return -1, same
}

// outdent takes from all lines the tabs that they have in common.
func outdent(lines []string) []string {
	tabs := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, "\t")); line != "" && (tabs < 0 || n < tabs) {
			tabs = n
		}
	}
	all := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			all[i] = line[tabs:]
		}
	}
	return all
}

// TestDocs_Block: what makes a block another one than the file's, and what doesn't.
func TestDocs_Block(t *testing.T) {
	sources := map[string][]string{"a.go": strings.Split("func f() {\n\tif x {\n\t\ty()\n\t}\n\n\tz()\n}", "\n")}
	for text, want := range map[string]string{
		"if x {\n\ty()\n}":                "",
		"\tif x {\n\t\ty()\n\t}\n\n\tz()": "",
		"func f() {\n\t// ...\n\tz()\n}":  "",
		"func f() {\n\t// ...\n\tz(1)\n}": `a.go goes on differently after "\t// ..."`,
		"if x {\n\tz()\n}":                `a.go goes on differently after "if x {"`,
		"if x {\ny()\n}":                  `a.go goes on differently after "}"`,
		"z()\n// ...\nif x {\n\ty()\n}":   `a.go goes on differently after "// ..."`,
		"if x {\n\ty()\n}\nz()":           `a.go goes on differently after "}"`,
		"another()":                       "none has its first line",
	} {
		b := block{text: strings.Split(text, "\n")}
		if got, ok := b.isIn(sources); got != want || ok != (want == "") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestDocs_Anchor: as GitHub makes them.
func TestDocs_Anchor(t *testing.T) {
	d := &document{}
	for heading, want := range map[string]string{
		"The `runtime` package": "the-runtime-package", "What it does, and why": "what-it-does-and-why", "x/time_rate": "xtime_rate",
	} {
		if got := d.anchor(heading); got != want {
			t.Errorf("%s: %s, want %s", heading, got, want)
		}
	}
	d.headings = []string{"before", "before-1"}
	if got := d.anchor("Before"); got != "before-2" {
		t.Errorf("the third of a name: %s", got)
	}
}

// goFiles returns the lines of all Go files of all modules that are compiled by a test.
func goFiles(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		base := filepath.Base(name)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		content, err := os.ReadFile(name)
		files[name] = strings.Split(string(content), "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
