package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/corscope/corscope/transcript"
)

// A NetworkError says why there was no answer. It reaches the console alone.
type NetworkError struct {
	Code transcript.Code // one of the net- codes
	Text string          // what the transport said
	Err  error           // may be nil
}

func (e *NetworkError) Error() string { return e.Text }

// Unwrap gives the transport's own error.
func (e *NetworkError) Unwrap() error { return e.Err }

// classify finds the code for a transport's error. What nothing matches is a reset: the connection ended before an
// answer.
func classify(ctx context.Context, err error) *NetworkError {
	var known *NetworkError
	if errors.As(err, &known) {
		return known
	}
	as := func(code transcript.Code) *NetworkError {
		return &NetworkError{Code: code, Text: err.Error(), Err: err}
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled), errors.Is(err, context.Canceled):
		return as(transcript.NetAborted)
	case isTimeout(ctx, err):
		return as(transcript.NetTimeout)
	case isTLS(err):
		return as(transcript.NetTLS)
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return as(transcript.NetDNS)
	case errors.Is(err, syscall.ECONNREFUSED):
		return as(transcript.NetRefused)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EACCES):
		return as(transcript.NetUnreachable)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return as(transcript.NetReset)
	case isProtocol(err):
		return as(transcript.NetProtocol)
	}
	return as(transcript.NetReset)
}

func isTimeout(ctx context.Context, err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func isTLS(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		alert        tls.AlertError
		header       tls.RecordHeaderError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &alert) || errors.As(err, &header) ||
		errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid) ||
		strings.Contains(err.Error(), "HTTP response to HTTPS client") || strings.Contains(err.Error(), "tls: ")
}

// isProtocol: net/http gives these no type.
func isProtocol(err error) bool {
	text := err.Error()
	for _, sign := range [...]string{"malformed", "invalid header", "bad Content-Length", "unsupported transfer encoding", "headers exceeded", "too many 1xx", "HTTP/0.9", "unexpected HTTP", "transport connection broken"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
