package browsers

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"

	"github.com/corscope/corscope/wire"
)

// listenForStreams serves https over HTTP/2 on a port of its own, because Chromium sends streams over nothing else. Here
// net/http is in between: header lines lose their order.
func (w *World) listenForStreams(certificate tls.Certificate) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.streamPort = listener.Addr().(*net.TCPAddr).Port
	w.streams = &http.Server{
		Handler:     http.HandlerFunc(w.serveStream),
		TLSConfig:   &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		Protocols:   new(http.Protocols),
		ReadTimeout: longestPatience,
	}
	w.streams.Protocols.SetHTTP2(true)
	go w.streams.ServeTLS(listener, "", "") //nolint:errcheck // it ends when the world is closed
	return nil
}

func (w *World) serveStream(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(io.LimitReader(in.Body, longestBody))
	if err != nil {
		return
	}
	q := &request{scheme: "https", host: in.Host, method: in.Method, target: in.URL.RequestURI(), body: body}
	for name, values := range in.Header {
		for _, value := range values {
			q.header = append(q.header, wire.Field{Name: name, Value: value})
		}
	}
	rep := w.answer(q)
	if rep.drop || rep.status < 100 {
		panic(http.ErrAbortHandler)
	}
	header := out.Header()
	header["Date"], header["Content-Type"] = nil, nil // net/http would add its own
	for _, f := range rep.header {
		header.Add(f.Name, f.Value)
	}
	out.WriteHeader(rep.status)
	http.NewResponseController(out).Flush() //nolint:errcheck // so that no length is added
	if in.Method != http.MethodHead && rep.status != http.StatusNoContent && rep.status != http.StatusNotModified {
		out.Write(rep.body) //nolint:errcheck // the other side may have gone
	}
}
