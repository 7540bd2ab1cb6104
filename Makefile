# `make setup` once, then `make`. CI runs the same two, see .ci/run.

GOLANGCI_LINT_VERSION := 2.15.0
FUZZTIME ?= 10s
BENCHFLAGS ?=

LINT := $(CURDIR)/.bin/golangci-lint
MODULES := $(patsubst %/go.mod,%,$(shell find . -name go.mod -not -path './.*' -not -path '*/testdata/*' | sort))

# Debian keeps nginx where not everyone's PATH looks.
export PATH := $(PATH):/usr/sbin

# each runs a command in every module and stops at the first that fails.
each = @set -e; for m in $(MODULES); do echo "$$m: $(1)"; (cd $$m && $(1)); done

.PHONY: check setup tools format tidy vet lint generated test fmt generate fuzz bench browsers mutations
.NOTPARALLEL:

check: tools format tidy vet lint generated test # all that CI asks for; changes nothing

setup: # installs what the tests need: browsers, nginx, the linter
	@scripts/setup $(GOLANGCI_LINT_VERSION)

tools:
	@scripts/setup --check $(GOLANGCI_LINT_VERSION)

format:
	$(LINT) fmt --diff

tidy:
	$(call each,go mod tidy -diff)

vet:
	$(call each,go vet ./...)

lint:
	$(call each,$(LINT) run ./...)

generated: # generates in a copy of the tree and compares
	@scripts/generated

test:
	$(call each,go test -race -shuffle=on -timeout 25m ./...)

fmt: # rewrites what `make format` complains of
	$(LINT) fmt

generate: # rewrites the generated files
	$(call each,go generate ./...)

fuzz: # every fuzz target for FUZZTIME
	$(call each,$(CURDIR)/scripts/fuzz $(FUZZTIME))

bench: # the server's half beside its peers, as a table; BENCHFLAGS='-rows "^[bf]$$"' for some, README=1 to write it there
	@cd test/bench && go run ./cmd/benchtable $(BENCHFLAGS) $(if $(README),-write ../../README.md)

browsers: # the cases, random scenarios and the middleware in real Chromium and Firefox; N=50000 for a long run, SEED=1,2, RECORD=1
	@cd test/browsers && CORSCOPE_BROWSERS=required CORSCOPE_N='$(or $(N),2000)' CORSCOPE_SEED='$(SEED)' CORSCOPE_RECORD='$(RECORD)' \
		go test -count=1 -timeout 60m -v -run 'TestConformance|TestRandom|TestCanary|TestMiddleware' .

mutations: # every rule that can be broken on purpose turns a test red without a browser
	@cd test/browsers && go test -tags mutations -count=1 -timeout 60m -v -run TestMutations .
