# Two commands matter: `make run` and `make test`. Both work in a fresh clone; they need Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: help run test coverage test-exports test-exports-crewai test-llm fuzz-api check typescript-client interviews bench bench-first-text \
	bench-sessions bench-model bench-api bench-seen bench-hostile bench-small-model pins clean

help:
	@echo "make run          start the app and print its address"
	@echo "make test         install what tests need (browser included) and run everything"
	@echo "make coverage     the tests again, slowly, and how many of our lines and branches they run"
	@echo "make test-exports our exports before the platforms' own libraries, in environments of their own"
	@echo "make test-exports-crewai the same for CrewAI, whose environment takes 830 MB"
	@echo "make test-llm     our model client against llmock, an independent fake that breaks on demand and judges us"
	@echo "make fuzz-api     schemathesis over the whole API: six servers, more than 10,000 cases"
	@echo "make check        lint, types and floors only"
	@echo "make typescript-client   write the generated files of clients/typescript anew"
	@echo "make interviews   let the scripted people talk to the offline interviewer and print the table"
	@echo "make bench        speed beside other chats, many open sessions, then the API"
	@echo "make bench-api    turns by the API beside chat_app, first bytes, 1,000 streams at once"
	@echo "make bench-seen   how soon a page shows what others do to its talk, on its server and on another"
	@echo "make bench-hostile   seconds and memory that each hostile upload costs"
	@echo "make bench-model  what a model is sent, 200 interviews at once, and how soon its words are seen"
	@echo "make bench-small-model   a real small model on this machine holds interviews"

run: $(VENV)/run.ok
	@$(PY) -m builder serve

test: $(VENV)/test.ok
	$(PY) -m tests.run

coverage: $(VENV)/test.ok
	$(PY) -m tests.run --coverage

test-exports: $(VENV)/test.ok
	$(PY) -m tests.exports.run

test-exports-crewai: $(VENV)/test.ok
	$(PY) -m tests.exports.run --only crewai

test-llm: $(VENV)/test.ok
	$(PY) -m tests.llm_env.run

check: $(VENV)/test.ok
	$(PY) -m tests.run --check

typescript-client: $(VENV)/test.ok
	$(PY) -m tests.clients.generate

fuzz-api: $(VENV)/test.ok
	$(PY) -m tests.fuzz.run

interviews: $(VENV)/test.ok
	$(PY) -m bench.interviews

bench: bench-first-text bench-sessions bench-api bench-seen bench-hostile

bench-first-text: $(VENV)/test.ok
	$(PY) -m bench.first_text

bench-sessions: $(VENV)/test.ok
	$(PY) -m bench.open_sessions

bench-seen: $(VENV)/test.ok
	$(PY) -m bench.seen_elsewhere

bench-hostile: $(VENV)/test.ok
	$(PY) -m bench.hostile_uploads

bench-api: $(VENV)/test.ok
	$(PY) -m bench.api_turns
	$(PY) -m bench.api_first_byte
	$(PY) -m bench.api_streams

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

NODE_PACKAGES := $(foreach of,tests/node clients/typescript,$(of)/package.json $(of)/package-lock.json)

$(VENV)/test.ok: requirements-dev.txt requirements.txt $(NODE_PACKAGES) $(VENV)/python.ok
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) -m tests.browser.chromium
	$(PY) -m tests.node.modules
	$(PY) -m tests.snippets.curl
	@touch $(VENV)/run.ok $@

clean:
	rm -rf $(VENV) tests/node/node_modules clients/typescript/node_modules clients/typescript/dist .bench-envs .export-envs \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# Exact versions of everything, from the direct requirements; needs uv.
pins:
	for name in requirements requirements-dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url $$name.in -o $$name.txt; \
	done
