package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corscope/corscope/transcript"
)

// nginx is the program, where Debian puts it or wherever else it is found.
func nginx(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CORSCOPE_NGINX") == "required" {
		t.Fatal("nginx is not installed: the Debian package is nginx-light")
	}
	t.Skip("nginx is not installed: the Debian package is nginx-light")
	return ""
}

// A config is what stands in nginx's configuration: in the one location there is, and outside of the server.
type config struct{ location, outside string }

// behind runs nginx for as long as a function runs. All it writes it writes to a directory of its own.
func behind(t *testing.T, c config, use func(addr string)) {
	t.Helper()
	program, dir := nginx(t), t.TempDir()
	for range 3 { // somebody else may take the port before nginx does
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
		if tryBehind(t, program, dir, free.Addr().String(), c, use) {
			return
		}
	}
	log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
	t.Fatalf("nginx does not start: %s", log)
}

func tryBehind(t *testing.T, program, dir, addr string, c config, use func(addr string)) (started bool) {
	t.Helper()
	text := fmt.Sprintf(`daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events {}
http {
	access_log off;
	default_type application/json;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
%[4]s
	server {
		listen %[2]s;
		root %[1]s;
		location /orders {
%[3]s
		}
		location = /whose { return 200 "%[1]s"; }
	}
}
`, dir, addr, c.location, c.outside)
	for name, content := range map[string]string{"nginx.conf": text, "orders": "[]"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	server := exec.CommandContext(ctx, program, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", filepath.Join(dir, "nginx.conf"))
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	server.WaitDelay = bound
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Wait() // ended by a signal, as it was told
	}()
	defer func() {
		stop()
		<-ended
	}()
	for deadline := time.Now().Add(bound); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if whose("http://"+addr+"/whose") == dir {
			use(addr)
			return true
		}
		select {
		case <-ended:
			return false
		default:
		}
	}
	return false
}

// whose asks who listens.
func whose(url string) string {
	ask := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	response, err := ask.Get(url)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	return string(text)
}

// adviceForNginx is what the report for people prints under nginx, for the first finding.
func adviceForNginx(t *testing.T, report string) string {
	t.Helper()
	_, rest, found := strings.Cut(report, "\n          nginx\n")
	var lines []string
	for line := range strings.SplitSeq(rest, "\n") {
		text, inside := strings.CutPrefix(line, "            ")
		if !inside {
			break
		}
		lines = append(lines, text)
	}
	if !found || len(lines) == 0 {
		t.Fatalf("nothing for nginx in\n%s", report)
	}
	return strings.Join(lines, "\n")
}

var addsHeader = regexp.MustCompile(`(?m)^\s*add_header "?([\w-]+)"? .*;$`)

// heed changes a configuration as the advice says: its lines go where it wants them, in place of those that added the
// same headers there, if it says so.
func (c config) heed(advice string) config {
	outside, inside, both := strings.Cut(advice, "# In the location")
	if !both {
		outside, inside = "", advice
	}
	if !strings.Contains(c.outside, outside) {
		c.outside += outside
	}
	for _, line := range addsHeader.FindAllStringSubmatch(inside, -1) {
		if !strings.Contains(inside, "in place of") {
			break
		}
		c.location = regexp.MustCompile(`(?m)^\s*add_header "?`+line[1]+`"? .*\n`).ReplaceAllString(c.location, "")
	}
	c.location += "# " + inside + "\n"
	return c
}

// Three mistakes that every nginx has seen, and what becomes of them when the advice is heeded.
func TestNginx(t *testing.T) {
	t.Parallel()
	down := serve(t, answer(500))
	speaking := serve(t, reflecting(answer(200), "GET", ""))
	for _, tt := range []struct {
		name     string
		location string
		flags    []string
		code     transcript.Code
		phase    transcript.Phase
		says     []string
		repairs  int // how many pieces of advice it takes
		ends     int // the status the page gets to see
	}{
		{
			name:     "no always",
			location: "proxy_pass http://" + down.http + ";\nadd_header Access-Control-Allow-Origin http://app.example;\nadd_header Vary Origin;\n",
			code:     transcript.ACAOMissing, phase: actual, says: []string{"500", "seems to come from nginx", `leaves error answers out unless it ends with "always"`},
			repairs: 1, ends: 500,
		},
		{
			name:     "no always, and nobody behind it",
			location: "proxy_pass http://" + nobody(t) + ";\nadd_header Access-Control-Allow-Origin http://app.example;\nadd_header Vary Origin;\n",
			code:     transcript.ACAOMissing, phase: actual, says: []string{"502", "seems to come from nginx", `"always"`},
			repairs: 1, ends: 502,
		},
		{
			name:     "twice",
			location: "proxy_pass http://" + speaking.http + ";\nadd_header Access-Control-Allow-Origin http://app.example always;\n",
			code:     transcript.ACAOMultiple, phase: actual, says: []string{"2 times", "http://app.example, http://app.example", "two layers add the header", "One of the layers is nginx", "proxy_hide_header"},
			repairs: 1, ends: 200,
		},
		{
			name:     "twice, with a star",
			location: "proxy_pass http://" + speaking.http + ";\nadd_header Access-Control-Allow-Origin *;\n",
			code:     transcript.ACAOMultiple, phase: actual, says: []string{"2 times", "One of the layers is nginx"},
			repairs: 1, ends: 200,
		},
		{
			name:     "OPTIONS of a file",
			location: "add_header Access-Control-Allow-Origin http://app.example always;\nadd_header Vary Origin always;\n",
			flags:    []string{"-H", "X-Shop: 1"},
			code:     transcript.PreflightStatus, phase: preflight, says: []string{"405", "No route answers OPTIONS", "nginx seems to have made this answer", "header x-shop"},
			repairs: 2, ends: 200,
		},
		{
			name:  "OPTIONS of a file, and no word of CORS",
			flags: []string{"-H", "X-Shop: 1"},
			code:  transcript.PreflightStatus, phase: preflight, says: []string{"405", "nginx seems to have made this answer"},
			repairs: 3, ends: 200,
		},
		{
			name:     "a header with a name that means something to nginx",
			location: "add_header Access-Control-Allow-Origin http://app.example always;\nif ($request_method = OPTIONS) { return 204; }\n",
			flags:    []string{"-H", "X-#'$host: 1"},
			code:     transcript.HeaderNotAllowed, phase: preflight, says: []string{"x-#'$host"},
			repairs: 1, ends: 200,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now, foretold := config{location: tt.location}, map[transcript.Code]bool{}
			for repairs := 0; ; repairs++ {
				var told telling
				var report string
				behind(t, now, func(addr string) {
					arguments := append([]string{"http://api.example/orders", "--origin", "http://app.example", "--resolve", "api.example:80:" + addr}, tt.flags...)
					told = ask(t, arguments...)
					_, report, _ = runBuilt(t, append([]string{"explain"}, arguments...)...)
				})
				if told.Outcome == transcript.Allowed {
					last := told.Transcript.Exchanges[len(told.Transcript.Exchanges)-1]
					if repairs != tt.repairs || last.Status != tt.ends {
						t.Errorf("the page gets %d after %d repairs, want %d after %d", last.Status, repairs, tt.ends, tt.repairs)
					}
					return
				}
				first := told.first(t)
				switch {
				case repairs == 0:
					told.expect(t, tt.code, tt.phase, tt.says...)
				case !foretold[first.Code]:
					t.Errorf("repair %d leads to %s, which was not foretold", repairs, first.Code)
				}
				if first.Maker == nil || first.Maker.Name != "nginx" || told.Outcome != transcript.Blocked {
					t.Errorf("%s, made by %+v", told.Outcome, first.Maker)
				}
				if repairs == tt.repairs {
					t.Fatalf("still %s: %s\n%s", first.Code, first.Summary, now)
				}
				for _, f := range told.Findings {
					foretold[f.Code] = foretold[f.Code] || f.Hypothetical
				}
				now = now.heed(adviceForNginx(t, report))
			}
		})
	}
}
