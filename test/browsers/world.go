package browsers

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/corscope/corscope/conformance"
)

// A World is one port of 127.0.0.1 that acts every origin of the cases, over http and https. Names are told apart by
// the Host line. It is made for one run at a time.
//
// Three kinds of traffic never meet: a case's own stands under /c and its number, the harness's under /~/, and what is
// under neither belongs to nobody.
type World struct {
	server     rawServer
	port       int
	streams    *http.Server // https over HTTP/2
	streamPort int
	leaf       *x509.Certificate
	patience   patience

	mu  sync.Mutex
	run *run // nil between runs
}

// NewWorld begins to listen. The caller closes the world.
func NewWorld() (*World, error) {
	w := &World{patience: usualPatience}
	certificate, leaf, err := newCertificate(w.names())
	if err != nil {
		return nil, err
	}
	w.leaf = leaf
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.port = listener.Addr().(*net.TCPAddr).Port
	if err := w.listenForStreams(certificate); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	w.server = rawServer{
		listener: listener, answer: w.answer,
		secure: &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12},
	}
	go w.server.serve()
	return w, nil
}

// Close stops listening.
func (w *World) Close() error { return errors.Join(w.server.listener.Close(), w.streams.Close()) }

// Origins are the world's, for [conformance.CasesAt].
func (w *World) Origins() conformance.Origins { return w.originsWith(w.port) }

// StreamOrigins are [World.Origins] with https over HTTP/2, for cases whose bodies are streams. Everything else is put
// over HTTP/1.1, because there every byte of a header is the case's.
func (w *World) StreamOrigins() conformance.Origins { return w.originsWith(w.streamPort) }

func (w *World) originsWith(secure int) conformance.Origins {
	origins := conformance.DefaultOrigins()
	for name, o := range origins {
		port := w.port
		if strings.HasPrefix(o, "https:") {
			port = secure
		}
		origins[name] = o + ":" + strconv.Itoa(port)
	}
	return origins
}

func (w *World) everyOrigin() []string {
	all := slices.Collect(maps.Values(w.Origins()))
	all = append(all, slices.Collect(maps.Values(w.StreamOrigins()))...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Unported puts the placeholders of cases back in the place of the world's origins.
func (w *World) Unported(text string) string {
	worlds := []conformance.Origins{w.Origins(), w.StreamOrigins()}
	for _, origins := range worlds {
		for _, name := range slices.Sorted(maps.Keys(origins)) {
			text = strings.ReplaceAll(text, origins[name], "{"+name+"}")
		}
	}
	for _, origins := range worlds { // what is left stands after another scheme or a user name
		for _, name := range slices.Sorted(maps.Keys(origins)) {
			text = strings.ReplaceAll(text, hostOf(origins[name]), "{"+name+".host}")
		}
	}
	return text
}

// hostOf is an origin's host and port.
func hostOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// names are the hosts of the world.
func (w *World) names() []string {
	var names []string
	for _, o := range conformance.DefaultOrigins() {
		if name, ok := strings.CutPrefix(o, "https://"); ok {
			names = append(names, name)
		}
	}
	return names
}

func (w *World) answer(r *request) reply {
	w.mu.Lock()
	current := w.run
	w.mu.Unlock()
	switch {
	case current == nil:
		return reply{status: 404}
	case strings.HasPrefix(r.target, "/~/"):
		return current.control(r)
	}
	if s := current.stagedAt(r); s != nil {
		return s.answer(r)
	}
	return reply{status: 404}
}
