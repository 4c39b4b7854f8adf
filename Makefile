# Two commands matter: `make run` and `make test`. Both work in a fresh clone; they need Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: help run test test-exports test-llm check interviews bench bench-first-text bench-sessions \
	bench-model bench-small-model pins clean

help:
	@echo "make run          start the app and print its address"
	@echo "make test         install what tests need (browser included) and run everything"
	@echo "make test-exports our exports before the platforms' own libraries, in environments of their own"
	@echo "make test-llm     our model client against llmock, an independent fake that breaks on demand and judges us"
	@echo "make check        lint, types and floors only"
	@echo "make interviews   let the scripted people talk to the offline interviewer and print the table"
	@echo "make bench        speed beside other chats, then many open sessions"
	@echo "make bench-model  what a model is sent, 200 interviews at once, and how soon its words are seen"
	@echo "make bench-small-model   a real small model on this machine holds interviews"

run: $(VENV)/run.ok
	@$(PY) -m builder serve

test: $(VENV)/test.ok
	$(PY) -m tests.run

test-exports: $(VENV)/test.ok
	$(PY) -m tests.exports.run

test-llm: $(VENV)/test.ok
	$(PY) -m tests.llm_env.run

check: $(VENV)/test.ok
	$(PY) -m tests.run --check

interviews: $(VENV)/test.ok
	$(PY) -m bench.interviews

bench: bench-first-text bench-sessions

bench-first-text: $(VENV)/test.ok
	$(PY) -m bench.first_text

bench-sessions: $(VENV)/test.ok
	$(PY) -m bench.open_sessions

bench-model: $(VENV)/test.ok
	$(PY) -m bench.model_tokens
	$(PY) -m bench.many_interviews
	$(PY) -m bench.model_first_text

bench-small-model: $(VENV)/test.ok
	$(PY) -m bench.small_model

$(VENV)/python.ok:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed. Name it: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/run.ok: requirements.txt $(VENV)/python.ok
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test.ok: requirements-dev.txt requirements.txt $(VENV)/python.ok
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) -m tests.browser.chromium
	@touch $(VENV)/run.ok $@

clean:
	rm -rf $(VENV) .bench-envs .export-envs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# Exact versions of everything, from the direct requirements; needs uv.
pins:
	for name in requirements requirements-dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url $$name.in -o $$name.txt; \
	done
