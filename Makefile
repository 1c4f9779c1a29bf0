# `make serve` and `make test` set up everything that they need in .venv.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

# The query editor is built where npm is there; without it, /query is a plain form.
EDITOR := src/hkkg/web/editor
EDITOR_BUILT := src/hkkg/web/static/editor/editor.js
EDITOR_SOURCES := $(EDITOR)/package-lock.json $(EDITOR)/build.mjs $(shell find $(EDITOR)/src -type f)
NPM := npm --prefix $(EDITOR) --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=30000

.PHONY: help install install-dev serve test lint format bench docs lock clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

install: $(VENV)/installed $(EDITOR_BUILT) ## Make .venv, install hkkg in it, and build the query editor
install-dev: $(VENV)/installed-dev

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit("hkkg needs Python 3.11 or later; say which: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(EDITOR_BUILT): $(EDITOR_SOURCES)
	@if ! command -v npm >/dev/null; then echo "There is no npm to build the query editor: /query is a plain form."; \
	elif $(NPM) ci --ignore-scripts && $(NPM) run --silent build; then touch $@; \
	else echo "The query editor could not be built: /query is a plain form."; fi

serve: install ## Serve the graph at http://127.0.0.1:$(PORT)/
	exec $(BIN)/hkkg serve --port $(PORT)

test: install install-dev lint ## Check the style and types, and run every test
	$(BIN)/python -m pytest -n 2

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install-dev ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev ## Measure the commands, search, asking, pages, validation, and the service beside its peers
	$(BIN)/python benchmarks/commands.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/asking.py
	$(BIN)/python benchmarks/client.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/service.py --page docs/performance.md

docs: install ## Write the generated pages in docs/
	$(BIN)/python docs/terms.py
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/rules.py
	$(BIN)/python docs/screenshots.py

lock: install-dev ## Pin the newest dependencies that pyproject.toml admits
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --upgrade -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --upgrade -q -o requirements-dev.lock

clean: ## Remove .venv and caches
	rm -rf $(VENV) $(EDITOR)/node_modules $(dir $(EDITOR_BUILT)) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
