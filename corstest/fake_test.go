package corstest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A fake is a test that is watched: it may fail, and what it says is kept.
type fake struct {
	testing.TB // for the methods nobody calls
	ctx        context.Context

	mu       sync.Mutex
	errors   []string
	fatal    string
	cleanups []func()
	helped   bool
}

func (f *fake) Helper()                  { f.mu.Lock(); defer f.mu.Unlock(); f.helped = true }
func (f *fake) Context() context.Context { return f.ctx }
func (f *fake) Cleanup(do func())        { f.cleanups = append(f.cleanups, do) }

func (f *fake) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

func (f *fake) Fatalf(format string, args ...any) {
	f.mu.Lock()
	f.fatal = fmt.Sprintf(format, args...)
	f.mu.Unlock()
	runtime.Goexit()
}

// watch runs a test inside the test, to its end.
func watch(t *testing.T, test func(t testing.TB)) *fake {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f := &fake{ctx: ctx}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		test(f)
	}()
	<-ended
	cancel()
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
	return f
}

// passes asserts that the test inside found nothing wrong.
func passes(t *testing.T, why string, test func(t testing.TB)) {
	t.Helper()
	if f := watch(t, test); f.fatal != "" || f.errors != nil {
		t.Errorf("failed, and should not: %s\n%s\n%s", why, f.fatal, strings.Join(f.errors, "\n"))
	}
}

// fails asserts that the test inside ended at once, and said all this.
func fails(t *testing.T, why string, test func(t testing.TB), said ...string) {
	t.Helper()
	f := watch(t, test)
	if f.fatal == "" {
		t.Errorf("went on, and should not: %s", why)
		return
	}
	if !f.helped {
		t.Errorf("the failure is reported inside corstest, not where the test asked: %s", why)
	}
	for _, text := range said {
		if !strings.Contains(f.fatal, text) {
			t.Errorf("does not say %q: %s\n%s", text, why, f.fatal)
		}
	}
}
