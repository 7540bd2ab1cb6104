package cors

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/corscope/corscope/wire"
)

// Late gives the policy the last word. It belongs between a middleware and a chain of handlers that clears or replaces
// headers, as those do that write errors, or adds CORS headers of its own, as proxies do:
//
//	handler = middleware.Wrap(cors.Late(chain))
//
// What the middleware put into the header is put there again at the moment the header is sent, whatever became of it in
// between; what the chain put there of that kind is taken out. Vary keeps what both say, nothing twice. So where
// nothing stands in front of Late, or Late stands in front of the middleware, no page is allowed anything.
//
// The chain's [http.ResponseWriter] is wrapped. It is an [http.Flusher] and an [http.Hijacker] where the server's is, an
// [io.ReaderFrom] always, and gives the server's to [http.ResponseController]. A chain that panics leaves a header
// that holds what the policy says, for whoever recovers.
func Late(chain http.Handler) http.Handler {
	if chain == nil {
		panic("cors: Late: no handler")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		late := &lateWriter{ResponseWriter: w}
		late.keep()
		defer late.apply() // a chain may write nothing, and panic
		chain.ServeHTTP(late.as(), r)
	})
}

// A lateWriter knows what stood in the header at first, and puts it there again before it is sent.
type lateWriter struct {
	http.ResponseWriter
	first http.Header // what a policy says, as it was at first
	vary  []string
	sent  bool
}

// keep copies: a chain may change what it finds.
func (w *lateWriter) keep() {
	h := w.Header()
	w.first = make(http.Header)
	for _, name := range answerNames {
		if lines := h[name]; len(lines) > 0 {
			w.first[name] = slices.Clone(lines)
		}
	}
	if lines := h[wire.CrossOriginResourcePolicy]; len(lines) > 0 {
		w.first[wire.CrossOriginResourcePolicy] = slices.Clone(lines)
	}
	w.vary = varyElements(h[wire.Vary])
}

// apply may be called many times: an answer of status 103 sends the header too, and the chain goes on.
func (w *lateWriter) apply() {
	if w.sent {
		return
	}
	h := w.Header()
	dropAnswer(h)
	for name, lines := range w.first {
		h[name] = slices.Clone(lines)
	}
	setVary(h, varyElements(slices.Concat(h[wire.Vary], w.vary)))
}

func (w *lateWriter) WriteHeader(status int) {
	w.apply()
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.sent = true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *lateWriter) Write(p []byte) (int, error) {
	w.apply()
	w.sent = true
	return w.ResponseWriter.Write(p)
}

func (w *lateWriter) WriteString(s string) (int, error) {
	w.apply()
	w.sent = true
	return io.WriteString(w.ResponseWriter, s)
}

// ReadFrom lets the server send a file by the shortest way. Nothing read is nothing sent.
func (w *lateWriter) ReadFrom(r io.Reader) (int64, error) {
	w.apply()
	n, err := io.Copy(w.ResponseWriter, r)
	w.sent = w.sent || n > 0
	return n, err
}

// FlushError is what [http.ResponseController] looks for first; it must not find the server's.
func (w *lateWriter) FlushError() error {
	w.apply()
	err := http.NewResponseController(w.ResponseWriter).Flush()
	w.sent = w.sent || err == nil
	return err
}

func (w *lateWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// as gives the writer the optional methods that the server's has: handlers ask for them by type.
func (w *lateWriter) as() http.ResponseWriter {
	_, flushes := w.ResponseWriter.(http.Flusher)
	_, hijacks := w.ResponseWriter.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return struct {
			*lateWriter
			lateFlusher
			lateHijacker
		}{w, lateFlusher{w}, lateHijacker{w}}
	case flushes:
		return struct {
			*lateWriter
			lateFlusher
		}{w, lateFlusher{w}}
	case hijacks:
		return struct {
			*lateWriter
			lateHijacker
		}{w, lateHijacker{w}}
	}
	return w
}

type lateFlusher struct{ late *lateWriter }

func (f lateFlusher) Flush() { _ = f.late.FlushError() } // who asks this way does not want to know

type lateHijacker struct{ late *lateWriter }

func (h lateHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.late.apply() // who hijacks may write the header with its own hands
	return http.NewResponseController(h.late.ResponseWriter).Hijack()
}
