# What there is to do: make help. Every target sets up what it needs below build/; PYTHON=/path/to/python chooses another interpreter.
SHELL := /bin/sh
VENV := build/venv
BIN := $(CURDIR)/$(VENV)/bin
ROOT := $(CURDIR)/build/collections
HERE := $(ROOT)/ansible_collections/restops/clients
IN_COPY := cd $(HERE) && env PATH=$(BIN):$$PATH PYTHONPATH=$(ROOT) ANSIBLE_COLLECTIONS_PATH=$(ROOT)
PYTEST := $(IN_COPY) python -m pytest -p no:cacheprovider
PARALLEL := -n auto --dist worksteal
# Tried twice: where the name of its temporary folder happens to end in _, it takes that name for a reference and fails.
DOCS_LINT = antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all --disallow-unknown-collection-refs .
MINOR = $$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')

.DEFAULT_GOAL := help
.PHONY: help install demo test test-all unit integration coverage check ci lint format format-check typecheck security license license-fix \
        sanity units playbooks collection changelog docs-check wheel build bench faults soak matrix matrix-http layout clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

# Set-up ---------------------------------------------------------------------------------------------------------------------------

$(VENV)/made:
	@python=$$(tools/find_python) && echo "Using $$python ($$($$python --version))" && $$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --upgrade pip && touch $@

$(VENV)/demo: $(VENV)/made tests/requirements-demo.txt
	@echo "Installing what the demonstration needs into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-demo.txt && touch $@

$(VENV)/test: $(VENV)/demo tests/requirements.txt
	@echo "Installing what the tests need into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements.txt && touch $@

$(VENV)/quality: $(VENV)/test tests/requirements-quality.txt
	@echo "Installing what the checks need into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-quality.txt && touch $@

layout: $(VENV)/made ## Lay the collection out below build/collections, where Ansible finds it
	@$(BIN)/python tools/lay_out.py $(ROOT)

install: $(VENV)/quality layout ## Set up for development, with a git hook that checks what is committed
	@git config core.hooksPath tools/hooks
	@echo "Ready. Next: make check"

# For newcomers --------------------------------------------------------------------------------------------------------------------

demo: $(VENV)/demo layout ## Run playbooks/demo.yml against simulated servers, and stop them
	@$(IN_COPY) python tools/demo.py

# Tests ----------------------------------------------------------------------------------------------------------------------------

# The library by its public name and as a part of the collection are two copies of the same modules:
# each gets processes of its own.
test: unit integration ## Run all tests: units, the library and playbooks against simulated servers

unit: $(VENV)/test layout ## Run the unit tests
	@$(PYTEST) $(PARALLEL) tests/unit

integration: $(VENV)/test layout ## Run the library and playbooks against simulated servers
	@$(PYTEST) $(PARALLEL) tests/library tests/playbooks

coverage: $(VENV)/test layout ## Run the unit tests and demand that they cover every line and branch of the library
	@$(PYTEST) $(PARALLEL) tests/unit --cov --cov-report=term

test-all: $(VENV)/quality ## Run the tests on every Python that is found (tox)
	@$(BIN)/python tools/tox_all.py

$(VENV)/bench: $(VENV)/test tests/requirements-bench.txt
	@echo "Installing what the benchmarks need into $(VENV) ..."
	@$(BIN)/python -m pip install -q -r tests/requirements-bench.txt && touch $@

matrix: $(VENV)/made ## Run sanity, units and playbooks on every pair of ansible-core and Python that can exist here
	@$(BIN)/python tools/matrix.py build/matrix

matrix-http: $(VENV)/made ## Check the library with every combination of HTTP libraries that it supports
	@$(BIN)/python tools/http_matrix.py build/matrix-http

bench: $(VENV)/bench layout ## Measure, as ratios, what the library and a call from a playbook cost; writes docs/performance.*
	@$(IN_COPY) python -m tests.benchmarks.library
	@$(IN_COPY) python -m tests.benchmarks.redaction
	@$(IN_COPY) python -m tests.benchmarks.playbooks --docs $(CURDIR)/docs

faults: $(VENV)/test layout ## Let every kind of client meet every fault, and write what came of it into docs/reliability.md
	@$(IN_COPY) python -m tests.unit.faults --write $(CURDIR)/docs/reliability.md

soak: $(VENV)/test layout ## Threads and tasks against random faults for 10 minutes: nothing may leak (Linux; not a part of ci)
	@$(IN_COPY) python -m tests.soak --minutes 10

# Checks ---------------------------------------------------------------------------------------------------------------------------

check: lint format-check typecheck license unit ## The quick checks, under two minutes

ci: lint format-check typecheck license security coverage integration sanity units collection wheel ## Everything, as before a release
	@echo "All checks passed."

lint: $(VENV)/test ## Check style (ruff)
	@$(BIN)/ruff check .

format: $(VENV)/test ## Format the code (ruff)
	@$(BIN)/ruff format .

format-check: $(VENV)/test
	@$(BIN)/ruff format --check .

typecheck: $(VENV)/test ## Check types (mypy, strict)
	@$(BIN)/mypy

security: $(VENV)/quality ## Look for dangerous code (bandit)
	@$(BIN)/bandit -q -c pyproject.toml -r plugins

license: $(VENV)/made ## Check that every Python file has the licence header
	@$(BIN)/python tools/license_headers.py

license-fix: $(VENV)/made ## Add missing licence headers
	@$(BIN)/python tools/license_headers.py --fix

$(VENV)/seeded: $(VENV)/quality tools/seed_ansible_test.py
	@$(BIN)/python tools/seed_ansible_test.py && touch $@

sanity: $(VENV)/seeded layout ## Run Ansible's own checks (ansible-test sanity)
	@$(IN_COPY) ansible-test sanity --local --python $(MINOR) --color no

units: $(VENV)/seeded layout ## Run the unit tests as Ansible does (ansible-test units)
	@$(IN_COPY) ansible-test units --local --python $(MINOR) --color no

collection: $(VENV)/quality layout docs-check ## Lint, build and import the collection as Galaxy does, and install what was built
	@$(IN_COPY) ansible-lint --profile production --offline -q
	@$(IN_COPY) sh tools/check_collection $(CURDIR)/build/galaxy

docs-check: $(VENV)/quality layout
	@$(IN_COPY) antsibull-changelog lint
	@$(IN_COPY) sh -c '$(DOCS_LINT) || $(DOCS_LINT)'

wheel: $(VENV)/quality ## Build the wheel and try it in a clean environment without Ansible
	@env PATH=$(BIN):$$PATH sh tools/check_wheel $(CURDIR)/build/wheel

build: $(VENV)/quality layout ## Build the collection's tarball and the wheel into dist/
	@mkdir -p dist && $(IN_COPY) ansible-galaxy collection build --force --output-path $(CURDIR)/dist
	@$(BIN)/python -m build -q --wheel --outdir dist . && rm -rf build/lib build/bdist.* *.egg-info

changelog: $(VENV)/quality layout ## Write CHANGELOG.md from the fragments, for the version in galaxy.yml
	@$(IN_COPY) antsibull-changelog release --reload-plugins && cp -r CHANGELOG.md changelogs $(CURDIR)/

clean: ## Remove everything that was built
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .coverage
