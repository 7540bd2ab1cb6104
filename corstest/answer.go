package corstest

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/corscope/corscope/wire"
)

// An answer is what a handler writes to and a client reads from. It does to the head what net/http does.
type answer struct {
	method string
	header http.Header // the handler's

	mu       sync.Mutex
	changed  sync.Cond
	status   int         // 0 until the handler has settled it
	settled  http.Header // what it had set by then
	declared int64       // the length it promised; -1 for none
	written  int64
	opening  []byte      // what a type is guessed from
	head     http.Header // what crosses; nil until it does
	body     []byte      // not read yet
	ended    bool
	err      error // why it ended before its time
}

func newAnswer(method string) *answer {
	a := &answer{method: method, header: http.Header{}, declared: -1}
	a.changed.L = &a.mu
	return a
}

// Header is the handler's: what it does there after the status is written has no effect.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader settles status and header, once. Informational answers pass unseen, as browsers pass over them.
func (a *answer) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(status)
}

func (a *answer) settle(status int) {
	if a.status != 0 || status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	a.status, a.settled = status, a.header.Clone()
	if promised := a.settled.Get(wire.ContentLength); promised != "" {
		if n, err := strconv.ParseInt(promised, 10, 64); err == nil && n >= 0 {
			a.declared = n
		} else {
			a.settled[wire.ContentLength] = nil // neither sent nor measured
		}
	}
}

// Write adds to the body.
func (a *answer) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(http.StatusOK)
	a.written += int64(len(p))
	switch {
	case a.ended:
		return 0, io.ErrClosedPipe
	case len(p) == 0:
		return 0, nil
	case !a.mayHaveBody():
		return 0, http.ErrBodyNotAllowed
	case a.declared >= 0 && a.written > a.declared:
		return 0, http.ErrContentLength
	}
	if a.head == nil && len(a.opening) < 512 {
		a.opening = append(a.opening, p...)
	}
	if a.method != http.MethodHead {
		a.body = append(a.body, p...)
	}
	return len(p), nil
}

func (a *answer) mayHaveBody() bool {
	return a.status >= 200 && a.status != http.StatusNoContent && a.status != http.StatusNotModified
}

// Flush sends off what there is.
func (a *answer) Flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(http.StatusOK)
	a.send()
}

// send makes the head that crosses.
func (a *answer) send() {
	if a.head != nil || a.ended {
		return
	}
	a.head = http.Header{}
	for name, values := range a.settled {
		if !a.crosses(name) {
			continue
		}
		for _, value := range values {
			a.head.Add(name, strings.Trim(newlines.Replace(value), " \t"))
		}
	}
	if len(a.opening) > 0 && !a.says(wire.ContentType) && !a.says("Transfer-Encoding") && a.settled.Get("Content-Encoding") == "" {
		a.head.Set(wire.ContentType, http.DetectContentType(a.opening))
	}
	if !a.says("Date") {
		a.head.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	a.changed.Broadcast()
}

// says reports whether the handler said something of a header, be it that it is not to be sent.
func (a *answer) says(name string) bool {
	_, said := a.settled[name]
	return said
}

// crosses reports whether a header the handler set reaches a page: not what is no name, what speaks of a body that is
// not there, or what is between the two ends of a connection.
func (a *answer) crosses(name string) bool {
	switch name {
	case "Connection", "Transfer-Encoding", "Trailer":
		return false
	case wire.ContentLength:
		return a.mayHaveBody()
	case wire.ContentType:
		return a.status != http.StatusNotModified
	}
	return wire.IsToken(name)
}

// A value cannot begin a line of its own.
var newlines = strings.NewReplacer("\n", " ", "\r", " ")

// end closes the answer, whole where err is nil. Only the first end counts.
func (a *answer) end(err error) { a.endWith(err, nil) }

// endWith is end, and calls tell if this end is the one that counts.
func (a *answer) endWith(err error, tell func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return
	}
	if err == nil {
		a.settle(http.StatusOK)
		a.measure()
		a.send()
		if a.declared > a.written && a.mayHaveBody() && a.method != http.MethodHead {
			err = io.ErrUnexpectedEOF // it promised more
		}
	}
	a.ended, a.err = true, err
	if tell != nil {
		tell()
	}
	a.changed.Broadcast()
}

// measure gives a whole answer its length, as net/http does with one that fits its buffer.
func (a *answer) measure() {
	said := a.says(wire.ContentLength) || a.says("Transfer-Encoding") || a.says("Trailer")
	if said || a.head != nil || !a.mayHaveBody() || a.method == http.MethodHead && a.written == 0 || a.written > 2048 {
		return
	}
	a.declared = a.written
	a.settled.Set(wire.ContentLength, strconv.FormatInt(a.written, 10))
}
