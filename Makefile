# `make` lists what there is. Every verb does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
export UV_COMPILE_BYTECODE := 1
# Set where bytecode is switched off: every process would compile every import again.
unexport PYTHONDONTWRITEBYTECODE
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.PHONY: help setup stores demo up down docs test test-long lint sqlfluff mypy ruff layers bench-measurement lock clean

help: ## List the verbs
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: $(VENV)/.ready-dev $(VENV)/browser/.ready ## Create the environment with everything a contributor needs

stores: $(VENV)/.ready-stores ## Add what reads the GA4 export from a bucket: gs://, s3://, abfs://

demo: $(VENV)/.ready ## Run the whole pipeline on a simulated brand with a real Airflow
	@$(PY) -m rivage.airflow.local demo

up: $(VENV)/.ready ## Start Airflow on the demo's runs; prints address and users; Ctrl-C stops it
	@$(PY) -m rivage.airflow.local up

down: $(VENV)/.ready ## Stop what `make up` left running
	@$(PY) -m rivage.airflow.local down

docs: export RIVAGE_HOME ?= .rivage/demo
docs: $(VENV)/.ready ## Describe every table and column of the demo (or RIVAGE_HOME) in one page
	@$(VENV)/bin/rivage docs

# One process more than the smallest machine has cores: each waits a third of its time.
test: $(VENV)/.ready-dev $(VENV)/browser/.ready ## Run all tests
	@echo "==> tests"
	@$(PY) -m pytest --numprocesses 3 --no-loadscope-reorder -m "not long" $(ARGS)

test-long: $(VENV)/.ready-dev ## Run the tests that repeat for minutes what a shorter one does once
	@$(PY) -m pytest -m long $(ARGS)

lint: $(VENV)/.ready-dev ## Style, types, SQL style, layer rules
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target sqlfluff mypy ruff layers

sqlfluff mypy ruff layers: $(VENV)/.ready-dev

sqlfluff:
	@echo "==> sqlfluff"; cd dbt_project && ../$(VENV)/bin/sqlfluff lint --processes 2 --disable-progress-bar models tests analyses
	@$(VENV)/bin/sqlfluff lint --config dbt_project/.sqlfluff --templater raw --disable-progress-bar plugins/rivage/journeys/sql

mypy:
	@echo "==> mypy"; $(VENV)/bin/mypy plugins/rivage plugins/rivage_plugin.py sandbox dags

ruff:
	@echo "==> ruff"; $(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

layers:
	@echo "==> layers"; $(VENV)/bin/lint-imports

bench-measurement: $(VENV)/bench/.ready ## Time attribution beside its peers; prints ratios; some minutes
	@$(VENV)/bench/bin/python bench/measurement.py $(ARGS)

lock: $(VENV)/.uv ## Refresh requirements/*.lock from requirements/*.in
	@for name in runtime dev bench reader compose stores; do \
	  echo "==> $$name"; $$(cat $(VENV)/.uv) pip compile --quiet --upgrade --generate-hashes --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	    requirements/$$name.in -o requirements/$$name.lock; done
	@! grep -nE '://' requirements/*.lock | grep -vE '^[^:]*:[0-9]+: *#' || (echo "a lock holds an address" && false)

clean: ## Remove the environment, caches and all local state
	rm -rf $(VENV) .rivage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. uv is taken from PATH, or installed by pip inside the environment.
$(VENV)/.uv:
	@python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  (echo "Rivage needs Python 3.11 as python3; found $$(python3 --version)." && false)
	@echo "==> creating $(VENV)"
	@test -x $(PY) || python3 -m venv $(VENV)
	@command -v uv > $@ || (echo "==> installing uv" && $(PY) -m pip install --quiet uv && \
	  echo $(CURDIR)/$(VENV)/bin/uv > $@)

$(VENV)/.ready: requirements/runtime.lock pyproject.toml | $(VENV)/.uv
	@echo "==> installing what Rivage runs on (about half a minute)"
	@$$(cat $(VENV)/.uv) pip install --quiet --require-hashes -r requirements/runtime.lock
	@$$(cat $(VENV)/.uv) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.lock requirements/reader.lock $(VENV)/.ready
	@echo "==> installing what contributors need"
	@$$(cat $(VENV)/.uv) pip install --quiet --require-hashes -r requirements/dev.lock
	@test -x $(VENV)/reader/bin/python || $$(cat $(VENV)/.uv) venv --quiet --python $(PY) $(VENV)/reader
	@VIRTUAL_ENV=$(CURDIR)/$(VENV)/reader $$(cat $(VENV)/.uv) pip install --quiet --require-hashes -r requirements/reader.lock
	@touch $@

$(VENV)/.ready-stores: requirements/stores.lock $(VENV)/.ready
	@echo "==> installing what reads from buckets"
	@$$(cat $(VENV)/.uv) pip install --quiet --require-hashes -r requirements/stores.lock
	@touch $@

# What the browser tests judge pages with; the browser itself is the machine's own Chromium.
$(VENV)/browser/.ready: requirements/browser/package-lock.json | $(VENV)/.uv
	@mkdir -p $(@D) && cp requirements/browser/package*.json requirements/browser/.npmrc $(@D)
	@if command -v npm > /dev/null; then echo "==> installing axe-core"; \
	  npm ci --prefix $(@D) --silent --ignore-scripts --no-audit --no-fund && touch $@; \
	  else echo "npm is missing: the browser tests will fail (Debian: apt-get install npm chromium)"; fi

# What bench/ compares with: alone in its environment, so that nothing else ever imports it.
$(VENV)/bench/.ready: requirements/bench.lock | $(VENV)/.uv
	@echo "==> installing what the benches compare with (a minute; one package is compiled)"
	@test -x $(VENV)/bench/bin/python || $$(cat $(VENV)/.uv) venv --quiet --python $(PY) $(VENV)/bench
	@VIRTUAL_ENV=$(CURDIR)/$(VENV)/bench $$(cat $(VENV)/.uv) pip install --quiet --require-hashes -r requirements/bench.lock
	@touch $@
