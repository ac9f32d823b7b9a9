# Two commands need nothing but Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo setup test check audit fuzz measure learn chaos bench requests lock clean
.DEFAULT_GOAL := help

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/run.done: requirements/run.txt
	@echo "Setting up Ajar in $(VENV): about a minute, once."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ajar needs Python 3.11 or newer: call make PYTHON=python3.11")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/python -c 'import os, site; to = site.getsitepackages()[0]; open(to + "/ajar.pth", "w").write(os.path.relpath("$(CURDIR)", to) + "\n")'
	@printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -m bot "$$@"\n' > $(BIN)/ajar && chmod +x $(BIN)/ajar
	@touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	@echo "Setting up the tools for tests: about a minute, once."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/run.done ## make .venv/bin/ajar and start nothing
	@echo "Ajar is set up: $(BIN)/ajar --help"
	@case "$$(readlink -m $(BIN)/python 2>/dev/null)" in /root[/]*|/home/*) echo "Its Python is in somebody's home, where deploy/ajar.service can't use it. For that: make clean setup PYTHON=/usr/bin/python3";; esac

demo: $(VENV)/run.done ## a Slack of your own in the browser, with Ajar in it
	@$(BIN)/python -m bot sandbox

test: $(VENV)/dev.done ## all tests
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -q -n 2

check: $(VENV)/dev.done ## style, types, contracts, dependencies, secrets; known weaknesses where a list answers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/detect-secrets-hook $$(git ls-files -- . ':!tests' ':!requirements' ':!docs/screens' ':!templates/en/reasons')
	@$(BIN)/detect-secrets-hook --disable-plugin KeywordDetector $$(git ls-files -- tests ':!tests/data')
	@$(BIN)/python -m tests.audit

audit: $(VENV)/dev.done ## known weaknesses of what is pinned; needs the network, and fails where none answers
	@$(BIN)/python -m tests.audit --must-know

fuzz: $(VENV)/dev.done ## a hundred thousand requests of every kind, well-formed and broken
	@$(BIN)/python -m tests.fuzz

measure: $(VENV)/dev.done ## how well blunt words are understood, on texts never taught
	@$(BIN)/python -m tests.measure

chaos: $(VENV)/dev.done ## a hundred seeds of broken things: two hours; SEEDS=10 fewer, SEED=17 one again
	@$(BIN)/python -m tests.chaos

$(VENV)/bench.done: requirements/bench.txt $(VENV)/dev.done
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

learn: $(VENV)/run.done ## after a change of templates/en/reasons: learn the examples anew
	@$(BIN)/python -m bot.coaching.reasons templates/en/reasons

bench: $(VENV)/bench.done ## how fast, as ratios within one run: a quarter of an hour
	@$(BIN)/python -m tests.bench

requests: $(VENV)/bench.done ## how fast a request is answered, as ratios within one run: ten minutes
	@$(BIN)/python -m tests.bench.surface

lock: ## pin dependencies anew, with hashes (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml -o requirements/run.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml --group bench -c requirements/dev.txt -o requirements/bench.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml --group audit -c requirements/dev.txt -o requirements/audit.txt

clean: ## forget what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
