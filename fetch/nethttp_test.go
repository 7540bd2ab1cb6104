package fetch_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/origin"
	"github.com/corscope/corscope/transcript"
)

// rawServer shows what was really on the wire, and answers as it is told.
type rawServer struct {
	t      *testing.T
	listen net.Listener
	answer func(n int, head string) string // empty: the connection is dropped without an answer

	mu    sync.Mutex
	heads []string
}

func newRawServer(t *testing.T, answer func(n int, head string) string) *rawServer {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{t: t, listen: listen, answer: answer}
	var connections sync.WaitGroup
	connections.Go(func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			connections.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() { listen.Close(); connections.Wait() })
	return s
}

func (s *rawServer) talk(conn net.Conn) {
	defer conn.Close()                                 //nolint:errcheck // the other side looks
	conn.SetDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // a test that hangs fails
	r := bufio.NewReader(conn)
	for {
		var head strings.Builder
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if line == "\r\n" {
				break
			}
			head.WriteString(strings.TrimSuffix(line, "\r\n") + "\n")
		}
		if strings.Contains(head.String(), "Transfer-Encoding: chunked") {
			if _, err := io.Copy(io.Discard, httputil.NewChunkedReader(r)); err != nil {
				return
			}
			r.ReadString('\n') //nolint:errcheck // the empty line after the last chunk
		} else if _, after, found := strings.Cut(head.String(), "Content-Length: "); found {
			length := 0
			for _, c := range after {
				if c < '0' || c > '9' {
					break
				}
				length = length*10 + int(c-'0')
			}
			if _, err := io.CopyN(io.Discard, r, int64(length)); err != nil {
				return
			}
		}
		s.mu.Lock()
		s.heads = append(s.heads, head.String())
		n := len(s.heads)
		s.mu.Unlock()
		answer := s.answer(n, head.String())
		if answer == "" {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
	}
}

func (s *rawServer) url() string { return "http://" + s.listen.Addr().String() }

func (s *rawServer) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heads)
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: *\r\nAccess-Control-Allow-Headers: *\r\n\r\n"

func alwaysFine(int, string) string { return fine }

// ownAgent does not share connections with other tests.
func ownAgent(t *testing.T) *fetch.Agent {
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &fetch.Agent{Transport: transport}
}

func fetchFrom(t *testing.T, agent *fetch.Agent, page string, req fetch.Request) (*fetch.Response, error) {
	t.Helper()
	req.Client = fetch.Client{Origin: originOf(page)}
	resp, err := agent.Fetch(t.Context(), &req)
	if err == nil {
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Error(err)
		}
		resp.Body.Close()
	}
	return resp, err
}

// On the wire stands what a browser sends, once each, and nothing of net/http's own.
func TestOnTheWire(t *testing.T) {
	const page = "http://page.example"
	for _, row := range []struct {
		why  string
		req  fetch.Request
		want []string // the lines, sorted, without those of the next list
	}{
		{"GET", fetch.Request{}, []string{"Origin: " + page, "Accept: */*"}},
		{"POST without a body", fetch.Request{Method: "POST"}, []string{"Origin: " + page, "Accept: */*", "Content-Length: 0"}},
		{"POST with an empty body", fetch.Request{Method: "POST", Body: strings.NewReader("")}, []string{"Origin: " + page, "Accept: */*", "Content-Length: 0"}},
		{"POST with a body", fetch.Request{Method: "POST", Body: strings.NewReader("abc"), Header: headers("content-type: text/plain")}, []string{"Origin: " + page, "Accept: */*", "Content-Length: 3", "content-type: text/plain"}},
		{"DELETE", fetch.Request{Method: "DELETE"}, []string{"Origin: " + page, "Accept: */*"}},
		{"a method nobody knows", fetch.Request{Method: "chicken"}, []string{"Origin: " + page, "Accept: */*"}},
		{"a User-Agent of the page's in small letters", fetch.Request{Header: headers("user-agent: me")}, []string{"Origin: " + page, "Accept: */*", "user-agent: me"}},
		{"an empty User-Agent of the page's, which net/http does not write", fetch.Request{Header: headers("User-Agent:")}, []string{"Origin: " + page, "Accept: */*", ""}},
		{"a header twice", fetch.Request{Header: headers("x-a: 1", "X-A: 2")}, []string{"Origin: " + page, "Accept: */*", "x-a: 1, 2"}},
		{"a range", fetch.Request{Header: headers("range: bytes=0-")}, []string{"Origin: " + page, "Accept: */*", "range: bytes=0-", "Accept-Encoding: identity"}},
	} {
		s := newRawServer(t, alwaysFine)
		row.req.URL = link(s.url() + "/x")
		if _, err := fetchFrom(t, ownAgent(t), page, row.req); err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		heads := s.seen()
		lines := strings.Split(strings.TrimSuffix(heads[len(heads)-1], "\n"), "\n")[1:]
		noUserAgent := slices.Contains(row.want, "")
		want := append(slices.Clone(row.want),
			"Host: "+strings.TrimPrefix(s.url(), "http://"), "Accept-Language: en-US,en;q=0.5", "Referer: "+page+"/",
			"Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: cross-site",
		)
		want = slices.DeleteFunc(want, func(l string) bool { return l == "" })
		if !noUserAgent && !slices.ContainsFunc(want, func(l string) bool { return strings.HasPrefix(strings.ToLower(l), "user-agent:") }) {
			want = append(want, "User-Agent: "+fetch.Standard.UserAgent)
		}
		if !slices.ContainsFunc(want, func(l string) bool { return strings.HasPrefix(l, "Accept-Encoding:") }) {
			want = append(want, "Accept-Encoding: gzip, deflate")
		}
		for _, list := range [][]string{lines, want} { // names fold case on the wire
			for i, line := range list {
				name, value, _ := strings.Cut(line, ":")
				list[i] = strings.ToLower(name) + ":" + value
			}
			slices.Sort(list)
		}
		if !slices.Equal(lines, want) {
			t.Errorf("%s:\n%s\nwant\n%s", row.why, strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
		for _, head := range heads[:len(heads)-1] {
			for _, sign := range []string{"Go-http-client", "Content-Length", "Transfer-Encoding", "Accept-Language", "Cookie"} {
				if strings.Contains(head, sign) {
					t.Errorf("%s: the preflight has %s:\n%s", row.why, sign, head)
				}
			}
		}
	}
}

// The request line holds the URL as browsers write it.
func TestRequestTarget(t *testing.T) {
	for _, row := range []struct{ why, target, want string }{
		{"the root", "", "/"},
		{"a path", "/a/b", "/a/b"},
		{"a query", "/a?b=c&d", "/a?b=c&d"},
		{"an empty query", "/a?", "/a?"},
		{"a query without path", "?b", "/?b"},
		{"no fragment", "/a#b", "/a"},
		{"characters browsers leave alone", "/a|b[c]^d", "/a|b[c]^d"},
		{"escapes stay as they are", "/%2f%41%7e", "/%2f%41%7e"},
		{"invalid escapes too", "/%zz%", "/%zz%"},
		{"invalid escapes in a query", "/?%zz%", "/?%zz%"},
		{"quotes in a query", "/?'\"<>|", "/?%27%22%3C%3E|"},
		{"two slashes", "//a", "//a"},
		{"two slashes: net/url escapes what it thinks it must, as nethttp.go says", "//a|b", "//a%7Cb"},
		{"a colon", "/a:b", "/a:b"},
		{"an asterisk", "/*", "/*"},
		{"above ASCII", "/ü?ü", "/%C3%BC?%C3%BC"},
		{"user information is not sent", "@", "/"},
	} {
		s := newRawServer(t, alwaysFine)
		target := s.url() + row.target
		req := fetch.Request{}
		if row.target == "@" {
			target, req.Initiator = strings.Replace(s.url(), "http://", "http://u:p@", 1)+"/", fetch.ByXHR
		}
		req.URL = link(target)
		if _, err := fetchFrom(t, ownAgent(t), "http://page.example", req); err != nil {
			t.Errorf("%s: %s: %v", row.why, row.target, err)
			continue
		}
		line, rest, _ := strings.Cut(s.seen()[0], "\n")
		if line != "GET "+row.want+" HTTP/1.1" {
			t.Errorf("%s: %s: %q, want %q", row.why, row.target, line, "GET "+row.want+" HTTP/1.1")
		}
		if !strings.Contains(rest, "Host: "+strings.TrimPrefix(s.url(), "http://")+"\n") || strings.Contains(rest, "Authorization") {
			t.Errorf("%s: %s", row.why, rest)
		}
	}
}

// Blanks round a value are the parser's to take away: on the wire they do no harm.
func TestBlanksOnTheWire(t *testing.T) {
	const page = "http://page.example"
	for _, row := range []struct {
		why, value string
		want       bool
	}{
		{"none", page, true},
		{"before", "  \t" + page, true},
		{"after", page + " \t ", true},
		{"round a star", " * ", true},
		{"within", "* *", false},
		{"a comma", page + ",", false},
		{"nothing", "", false},
	} {
		s := newRawServer(t, func(int, string) string {
			return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin:" + row.value + "\r\n\r\n"
		})
		if _, err := fetchFrom(t, ownAgent(t), page, fetch.Request{URL: link(s.url())}); (err == nil) != row.want {
			t.Errorf("%s: %q: %v, want shared: %v", row.why, row.value, err, row.want)
		}
	}
}

// An unsafe request is never sent a second time, though the kept connection it went out on was dropped.
func TestUnsafeRequestIsNeverReplayed(t *testing.T) {
	for _, row := range []struct {
		why string
		req fetch.Request
	}{
		{"POST without a body", fetch.Request{Method: "POST"}},
		{"POST with a body", fetch.Request{Method: "POST", Body: strings.NewReader("x")}},
		{"POST with an empty body", fetch.Request{Method: "POST", Body: strings.NewReader("")}},
		{"POST that calls itself idempotent", fetch.Request{Method: "POST", Header: headers("Idempotency-Key: 1")}},
		{"POST with an empty body that calls itself idempotent", fetch.Request{Method: "POST", Body: strings.NewReader(""), Header: headers("Idempotency-Key: 1")}},
		{"POST with a body that calls itself idempotent", fetch.Request{Method: "POST", Body: strings.NewReader("x"), Header: headers("X-Idempotency-Key: 1")}},
		{"DELETE", fetch.Request{Method: "DELETE"}},
		{"PUT", fetch.Request{Method: "PUT", Body: strings.NewReader("x")}},
		{"a method nobody knows", fetch.Request{Method: "chicken"}},
	} {
		s := newRawServer(t, func(_ int, head string) string {
			if strings.HasPrefix(head, "GET ") || strings.HasPrefix(head, "OPTIONS ") {
				return fine
			}
			return "" // dropped
		})
		agent := ownAgent(t)
		var record *transcript.Transcript
		agent.Console = func(t *transcript.Transcript) { record = t }
		if _, err := fetchFrom(t, agent, s.url(), fetch.Request{URL: link(s.url())}); err != nil {
			t.Fatal(err)
		}
		row.req.URL = link(s.url())
		if _, err := fetchFrom(t, agent, s.url(), row.req); err == nil {
			t.Errorf("%s: a dropped connection is an answer", row.why)
		}
		times := 0
		for _, head := range s.seen() {
			if !strings.HasPrefix(head, "GET ") {
				times++
			}
		}
		if times != 1 {
			t.Errorf("%s: sent %d times, want once", row.why, times)
		}
		if v := record.First(); v == nil || v.Code != transcript.NetReset {
			t.Errorf("%s: %+v, want net-reset", row.why, v)
		}
	}
}

// What a server does instead of answering.
func TestTransportFailures(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it will complain of the handshake
	secure.StartTLS()
	defer secure.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why, target string
		answer      string
		want        transcript.Code
	}{
		{"nobody listens", nobody, "", transcript.NetRefused},
		{"a certificate nobody knows", secure.URL, "", transcript.NetTLS},
		{"words that are not HTTP", "", "hello\r\n\r\n", transcript.NetProtocol},
		{"a status that is none", "", "HTTP/1.1 abc OK\r\n\r\n", transcript.NetProtocol},
		{"a connection dropped", "", "", transcript.NetReset},
		{"https where http is spoken", "https", "HTTP/1.1 400 Bad Request\r\n\r\n", transcript.NetTLS},
	} {
		target := row.target
		if target == "" || target == "https" {
			s := newRawServer(t, func(int, string) string { return row.answer })
			target = strings.Replace(s.url(), "http", map[string]string{"": "http", "https": "https"}[row.target], 1)
			if row.target == "https" {
				plain := httptest.NewServer(http.NotFoundHandler())
				defer plain.Close()
				target = strings.Replace(plain.URL, "http", "https", 1)
			}
		}
		var record *transcript.Transcript
		agent := ownAgent(t)
		agent.Console = func(t *transcript.Transcript) { record = t }
		if _, err := fetchFrom(t, agent, "http://page.example", fetch.Request{URL: link(target)}); err == nil {
			t.Errorf("%s: the page got an answer", row.why)
		}
		if v := record.First(); v == nil || v.Code != row.want || record.Outcome() != transcript.NotCORS {
			t.Errorf("%s: %+v, want %s", row.why, v, row.want)
		}
	}
}

// A stream body goes out over HTTP/2 while it is written.
func TestStreamOverHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Proto+" "+string(body))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for proto, want := range map[bool]string{true: "HTTP/2.0 flow", false: ""} {
		transport := server.Client().Transport.(*http.Transport).Clone()
		transport.DisableCompression = true
		transport.ForceAttemptHTTP2 = proto
		if !proto {
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
			transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
		}
		var record *transcript.Transcript
		agent := &fetch.Agent{Transport: transport, Console: func(t *transcript.Transcript) { record = t }}
		resp, err := agent.Fetch(t.Context(), &fetch.Request{
			Client: fetch.Client{Origin: origin.New("https", "page.example", 0)}, URL: link(server.URL), Method: "POST", Body: strings.NewReader("flow"), Stream: true,
		})
		transport.CloseIdleConnections()
		if want == "" {
			if err == nil || record.First() == nil || record.First().Code != transcript.NetStreamHTTP1 {
				t.Errorf("over HTTP/1.1: %v, %+v", err, record.First())
			}
			continue
		}
		if err != nil {
			t.Fatalf("%v: %+v", err, record.First())
		}
		if got := text(t, resp); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		resp.Body.Close()
		if e := record.Exchanges[len(record.Exchanges)-1]; e.Proto != "HTTP/2.0" || !strings.HasPrefix(e.Remote, "127.0.0.1:") {
			t.Errorf("%+v", e)
		}
	}
}
