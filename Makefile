# `make help` lists the targets. Each target installs what it needs below build/.
# PYTHON=/path/to/python selects another interpreter.
SHELL := /bin/sh
VENV := build/venv
BIN := $(CURDIR)/$(VENV)/bin
ROOT := $(CURDIR)/build/collections
HERE := $(ROOT)/ansible_collections/restops/clients
PATHS := PATH=$(BIN):$$PATH PYTHONPATH=$(ROOT) ANSIBLE_COLLECTIONS_PATH=$(ROOT)
IN_COPY := cd $(HERE) && env $(PATHS)
PYTEST := $(IN_COPY) python -m pytest -p no:cacheprovider
PARALLEL := -n auto --dist worksteal
# Run twice if it fails: it takes the name of its temporary folder for a reference if the name
# happens to end in an underscore.
DOCS_LINT = antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all \
    --disallow-unknown-collection-refs .
MINOR = $$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

.DEFAULT_GOAL := help
.PHONY: help install demo test test-all unit integration coverage check ci lint format \
    format-check typecheck security license license-fix sanity units collection \
    changelog docs-check generate screenshot wheel build bench faults soak matrix matrix-http layout \
    clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

# Setup -------------------------------------------------------------------------------------------

$(VENV)/made:
	@python=$$(tools/find_python) && echo "Using $$python ($$($$python --version))" \
	    && $$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --upgrade pip && touch $@

$(VENV)/demo: $(VENV)/made tests/requirements-demo.txt
	@echo "Installing the requirements of the demonstration into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-demo.txt && touch $@

$(VENV)/test: $(VENV)/demo tests/requirements.txt
	@echo "Installing the requirements of the tests into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements.txt && touch $@

$(VENV)/quality: $(VENV)/test tests/requirements-quality.txt
	@echo "Installing the requirements of the checks into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-quality.txt && touch $@

layout: $(VENV)/made ## Copy the collection to build/collections, where Ansible finds it
	@$(BIN)/python tools/lay_out.py $(ROOT)

install: $(VENV)/quality layout ## Set up for development, with a git hook that checks commits
	@git config core.hooksPath tools/hooks
	@echo "Ready. Next: make check"

# Demonstration -----------------------------------------------------------------------------------

demo: $(VENV)/demo layout ## Run playbooks/demo.yml against simulated servers
	@$(IN_COPY) python tools/demo.py

# Tests -------------------------------------------------------------------------------------------

# The library under its public name and the library inside the collection are two copies of the same
# modules, so each is tested in its own processes.
test: unit integration ## Run all tests: unit tests, library and playbooks against simulated servers

unit: $(VENV)/test layout ## Run the unit tests
	@$(PYTEST) $(PARALLEL) tests/unit

integration: $(VENV)/test layout ## Test the library and playbooks against simulated servers
	@$(PYTEST) $(PARALLEL) tests/library tests/playbooks

coverage: $(VENV)/test layout ## Check that unit tests cover every line and branch
	@$(PYTEST) $(PARALLEL) tests/unit --cov --cov-report=term

test-all: $(VENV)/quality ## Run the tests on every installed Python (tox)
	@$(BIN)/python tools/tox_all.py

$(VENV)/bench: $(VENV)/test tests/requirements-bench.txt
	@echo "Installing the requirements of the benchmarks into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-bench.txt && touch $@

matrix: $(VENV)/made ## Run the tests with every ansible-core and Python that can be installed here
	@$(BIN)/python tools/matrix.py build/matrix

matrix-http: $(VENV)/made ## Test the library with every supported combination of HTTP libraries
	@$(BIN)/python tools/http_matrix.py build/matrix-http

bench: $(VENV)/bench layout ## Measure library and playbooks; write docs/performance.*
	@$(IN_COPY) python -m tests.benchmarks.library
	@$(IN_COPY) python -m tests.benchmarks.records
	@$(IN_COPY) python -m tests.benchmarks.inventories
	@$(IN_COPY) python -m tests.benchmarks.redaction
	@$(IN_COPY) python -m tests.benchmarks.waiting
	@$(IN_COPY) python -m tests.benchmarks.playbooks --docs $(CURDIR)/docs

faults: $(VENV)/test layout ## Run every client against every fault; write docs/reliability.md
	@$(IN_COPY) python -m tests.unit.faults --write $(CURDIR)/docs/reliability.md

soak: $(VENV)/test layout ## Run clients against random faults for 10 minutes (Linux)
	@$(IN_COPY) python -m tests.soak --minutes 10

# Checks ------------------------------------------------------------------------------------------

check: lint format-check typecheck license unit ## Run the quick checks: style, types, licences, unit tests

ci: ## Run all checks, except soak, matrix and bench
ci: lint format-check typecheck license security coverage integration sanity units collection wheel
	@echo "All checks passed."

lint: $(VENV)/test layout ## Check style (ruff), and that generated parts are up to date
	@$(BIN)/ruff check .
	@env $(PATHS) python tools/write_docs.py --check

format: $(VENV)/test ## Format the code (ruff)
	@$(BIN)/ruff format .

format-check: $(VENV)/test
	@$(BIN)/ruff format --check .

typecheck: $(VENV)/test ## Check types (mypy, strict)
	@$(BIN)/mypy

security: $(VENV)/quality ## Check for insecure code (bandit)
	@$(BIN)/bandit -q -c pyproject.toml -r plugins

license: $(VENV)/made ## Check the licence headers of Python files
	@$(BIN)/python tools/license_headers.py

license-fix: $(VENV)/made ## Add missing licence headers
	@$(BIN)/python tools/license_headers.py --fix

$(VENV)/seeded: $(VENV)/quality tools/seed_ansible_test.py
	@$(BIN)/python tools/seed_ansible_test.py && touch $@

sanity: $(VENV)/seeded layout ## Run Ansible's own checks (ansible-test sanity)
	@$(IN_COPY) ansible-test sanity --local --python $(MINOR) --color no

units: $(VENV)/seeded layout ## Run the unit tests as Ansible does (ansible-test units)
	@$(IN_COPY) ansible-test units --local --python $(MINOR) --color no

collection: $(VENV)/quality layout docs-check ## Lint, build, import and install the collection
	@$(IN_COPY) ansible-lint --profile production --offline -q
	@$(IN_COPY) sh tools/check_collection $(CURDIR)/build/galaxy

docs-check: $(VENV)/quality layout
	@$(IN_COPY) antsibull-changelog lint
	@$(IN_COPY) sh -c '$(DOCS_LINT) || $(DOCS_LINT)'

wheel: $(VENV)/quality ## Build the wheel and test it in an environment without Ansible
	@env PATH=$(BIN):$$PATH sh tools/check_wheel $(CURDIR)/build/wheel

# Output ------------------------------------------------------------------------------------------

generate: $(VENV)/test layout ## Write what modules, metadata and guides repeat, from its sources
	@env $(PATHS) python tools/write_docs.py

screenshot: $(VENV)/test layout ## Write docs/health-report.png (needs Chromium)
	@$(IN_COPY) python tools/screenshot.py $(CURDIR)/docs/health-report.png

build: $(VENV)/demo layout ## Build the collection and the wheel into dist/
	@mkdir -p dist
	@$(IN_COPY) ansible-galaxy collection build --force --output-path $(CURDIR)/dist
	@$(BIN)/python -m pip wheel -q --no-deps --wheel-dir dist . \
	    && rm -rf build/lib build/bdist.* *.egg-info

changelog: $(VENV)/quality layout ## Write CHANGELOG.md from the fragments
	@$(IN_COPY) antsibull-changelog release --reload-plugins \
	    && cp -r CHANGELOG.md changelogs $(CURDIR)/

clean: ## Remove everything that was built
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .coverage
