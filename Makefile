# make demo       a push becomes a running service, on this machine
# make test       all tests but those that need a cluster with pods
# make test-kubernetes   those: on the test kit's node, or on the cluster of KUBECONFIG
# make build      the release binary, .build/release/deployd
# make fuzz       libFuzzer on what reads others' bytes: a minute, or `scripts/fuzz SECONDS TARGET`
# make tsan       the parts' tests under Thread Sanitizer
# make bench      ratios against peers measured in the same run
# make reference  docs/reference, from what the program says of itself
# make format     formats the sources in place
# make lint       checks the format

JOBS ?= $(shell nproc)
SWIFT ?= $(shell command -v swift || echo /opt/swift/usr/bin/swift)
# A static Swift runtime starts 3 ms faster and takes 3 MB less.
RELEASE = -c release --static-swift-stdlib -j $(JOBS)

.PHONY: demo test test-kubernetes build build-tests fuzz tsan bench reference format lint packages

packages:
	@scripts/install-packages

build: packages
	$(SWIFT) build $(RELEASE) --product deployd

demo: build
	@scripts/demo

build-tests: packages
	$(SWIFT) build --build-tests -j $(JOBS)

test: build-tests
	scripts/test

test-kubernetes: build-tests
	scripts/test-kubernetes

fuzz: packages
	scripts/fuzz

tsan: packages
	JOBS=$(JOBS) scripts/tsan

bench: build
	@scripts/install-packages bench
	$(SWIFT) build $(RELEASE) --product resolution-benchmark
	$(SWIFT) build $(RELEASE) --product commit-benchmark
	@Benchmarks/run

reference: packages
	$(SWIFT) build --product deployd -j $(JOBS)
	scripts/make-reference
	scripts/make-manifests

format:
	$(SWIFT) format -i --parallel -r Sources Tests Fuzz Package.swift

lint:
	$(SWIFT) format lint --strict --parallel -r Sources Tests Fuzz Package.swift
