package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corscope/corscope/diagnose"
	"github.com/corscope/corscope/transcript"
)

// built is the command as its users have it: made by the Go tool, once for all tests, and watching for races if they
// do. It stands beside the one the scripts run, in a directory that TestMain takes away.
var built = sync.OnceValues(func() (string, error) {
	scripted, err := exec.LookPath("corscope")
	if err != nil {
		return "", err
	}
	name := filepath.Join(filepath.Dir(scripted), "corscope-built")
	arguments := []string{"build", "-o", name}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		arguments = append(arguments, "-race")
	}
	if out, err := exec.Command("go", append(arguments, ".")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return name, nil
})

// bound is how long a command may take that waits for nothing, on a machine that has other things to do.
const bound = 30 * time.Second

// A telling is what the command said of one question.
type telling struct {
	Version  int                `json:"version"`
	Outcome  transcript.Outcome `json:"outcome"`
	Profiles map[string]struct {
		Outcome transcript.Outcome `json:"outcome"`
		Code    transcript.Code    `json:"code"`
	} `json:"profiles"`
	Findings   []diagnose.Finding     `json:"findings"`
	Transcript *transcript.Transcript `json:"transcript"`

	exit int
	took time.Duration
}

// runBuilt runs the built command and gives its exit code and what it printed.
func runBuilt(t *testing.T, arguments ...string) (exit int, stdout, stderr string) {
	t.Helper()
	return runBuiltIn(t, nil, arguments...)
}

// runBuiltIn is runBuilt with more in the environment.
func runBuiltIn(t *testing.T, environment []string, arguments ...string) (exit int, stdout, stderr string) {
	t.Helper()
	name, err := built()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*bound)
	defer cancel()
	var out, complaints bytes.Buffer
	command := exec.CommandContext(ctx, name, arguments...)
	command.Stdout, command.Stderr = &out, &complaints
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { // these servers are not behind a proxy
		name, _, _ := strings.Cut(v, "=")
		return strings.HasSuffix(strings.ToUpper(name), "_PROXY")
	})
	command.Env = append(command.Env, environment...)
	err = command.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) && ended.Exited() {
		exit = ended.ExitCode()
	} else if err != nil {
		t.Fatalf("%q: %v: %s", arguments, err, &complaints)
	}
	for _, sign := range []string{"panic:", "goroutine ", "DATA RACE", "fatal error:"} {
		if strings.Contains(complaints.String(), sign) {
			t.Fatalf("%q: %s", arguments, &complaints)
		}
	}
	return exit, out.String(), complaints.String()
}

// ask asks a question with the built command and reads the answer. There is always one, on stdout alone, and its
// exit code is that of its outcome.
func ask(t *testing.T, arguments ...string) (told telling) {
	t.Helper()
	began := time.Now()
	exit, stdout, stderr := runBuilt(t, append([]string{"explain", "--output", "json"}, arguments...)...)
	if err := json.Unmarshal([]byte(stdout), &told); err != nil {
		t.Fatalf("%q: exit %d, %v in %q; stderr %q", arguments, exit, err, stdout, stderr)
	}
	told.exit, told.took = exit, time.Since(began)
	want := map[transcript.Outcome]int{transcript.Allowed: 0, transcript.Opaque: 0, transcript.Blocked: 1, transcript.NotCORS: 1, transcript.Unknown: 3}
	if code, ok := want[told.Outcome]; !ok || code != exit {
		t.Errorf("%q: outcome %s and exit %d", arguments, told.Outcome, exit)
	}
	if stderr != "" || told.Version != 1 {
		t.Errorf("%q: version %d, stderr %q", arguments, told.Version, stderr)
	}
	return told
}

// first is the finding that is told first, the cause.
func (told telling) first(t *testing.T) diagnose.Finding {
	t.Helper()
	if len(told.Findings) == 0 {
		t.Fatalf("%s, and nothing found", told.Outcome)
	}
	return told.Findings[0]
}

// expect holds the first finding against a code, a phase, and words that a person must have been told about it.
func (told telling) expect(t *testing.T, code transcript.Code, phase transcript.Phase, words ...string) {
	t.Helper()
	first := told.first(t)
	if first.Code != code || first.Phase != phase {
		t.Errorf("first comes %s in %s: %s; want %s in %s", first.Code, first.Phase, first.Summary, code, phase)
	}
	text := strings.Join(append([]string{first.Summary, first.Fix.Text}, first.Hints...), "\n")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q:\n%s", first.Code, w, text)
		}
	}
}

// An authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// A certificate says who it is for; nil as the signer means itself.
func certified(signer *authority, template x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	if template.NotBefore.IsZero() {
		template.NotBefore = now.Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = now.Add(time.Hour)
	}
	template.SerialNumber = big.NewInt(now.UnixNano())
	template.BasicConstraintsValid = true
	parent, signKey := &template, key
	if signer != nil {
		parent, signKey = signer.certificate, signer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, &key.PublicKey, signKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func newAuthority() (*authority, error) {
	made, err := certified(nil, x509.Certificate{
		Subject: pkix.Name{CommonName: "An authority for tests"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
	})
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		return nil, err
	}
	return &authority{parsed, made.PrivateKey.(*ecdsa.PrivateKey), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: parsed.Raw})}, nil
}

// hosts are the names a place has.
var hosts = []string{"api.example", "www.api.example", "cdn.example", "login.example"}

var trusted = sync.OnceValues(func() (*authority, error) { return newAuthority() })

// A place is where the hosts of a test are: all of them on one server on loopback, by https and by http, which keeps
// count of what it is asked.
type place struct {
	https, http string // addresses
	cacert      string // a file

	mu   sync.Mutex
	seen []string
}

// serve opens a place.
func serve(t *testing.T, handler http.Handler) *place {
	t.Helper()
	ca, err := trusted()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := certified(ca, x509.Certificate{DNSNames: append([]string{"localhost"}, hosts...), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{cacert: filepath.Join(t.TempDir(), "authority.pem")}
	if err := os.WriteFile(p.cacert, ca.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+scheme+r.Host+r.RequestURI)
		p.mu.Unlock()
		handler.ServeHTTP(w, r)
	})
	secure, plain := listen(t), listen(t)
	p.https, p.http = secure.Addr().String(), plain.Addr().String()
	start(t, &http.Server{Handler: counted, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}}, secure)
	start(t, &http.Server{Handler: counted}, plain)
	return p
}

// start has a server serve until the test ends: over TLS if it has the means.
func start(t *testing.T, server *http.Server, listener net.Listener) {
	server.ReadHeaderTimeout, server.ErrorLog = time.Minute, log.New(io.Discard, "", 0)
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		if server.TLSConfig == nil {
			_ = server.Serve(listener)
			return
		}
		_ = server.ServeTLS(listener, "", "")
	}()
}

// listen takes a free port of loopback until the test ends.
func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// reach are the flags that lead to the place, and its authority.
func (p *place) reach() []string {
	flags := []string{"--cacert", p.cacert}
	for _, host := range hosts {
		flags = append(flags, "--resolve", host+":443:"+p.https, "--resolve", host+":80:"+p.http)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
		flags = append(flags, "--resolve", host+":8080:"+p.http, "--resolve", host+":8443:"+p.https)
	}
	return flags
}

// asked is what has reached the place so far: methods and addresses, in order.
func (p *place) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}

// methods are the methods of what has reached the place.
func (p *place) methods() string {
	var methods []string
	for _, line := range p.asked() {
		method, _, _ := strings.Cut(line, " ")
		methods = append(methods, method)
	}
	return strings.Join(methods, " ")
}

// answer is a handler that gives one answer: a status, and header lines as they stand.
func answer(status int, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header()[name] = append(w.Header()[name], value)
		}
		w.WriteHeader(status)
	}
}

// split gives preflights to one handler and all else to another.
func split(preflight, actual http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			preflight.ServeHTTP(w, r)
			return
		}
		actual.ServeHTTP(w, r)
	}
}
