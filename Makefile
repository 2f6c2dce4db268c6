# The only list of commands. A fresh clone needs Python 3.11 or newer (with venv) and make, nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# The first Python that is new enough; `make run PYTHON=/path/to/python` chooses another one. Looked up only
# when an environment has to be made.
IS_SUPPORTED := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name $(IS_SUPPORTED) 2>/dev/null; then echo $$name; break; fi; done)

# Set on some machines. Tests start the shop a hundred times: without bytecode, each compiles all of it.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
EMULATOR_VENV := .venv-emulator
INFRA_VENV := .venv-infra
NODE_VENV := .venv-node
LOAD_VENV := .venv-load
LOCK_VENV := .venv-lock
BIN := $(VENV)/bin

# A Node that is new enough, or one from PyPI.
HAS_NODE := $(shell node --version 2>/dev/null | awk -F '[v.]' '$$2 > 20 || ($$2 == 20 && $$3 >= 19)')
NODE_READY := $(if $(HAS_NODE),,$(NODE_VENV)/installed)
WITH_NODE := $(if $(HAS_NODE),,PATH="$(CURDIR)/$(NODE_VENV)/bin:$$PATH")
NPM = $(WITH_NODE) npm --prefix web

# Extra arguments for run, test and test-fast: make test ARGS="tests/kernel -k money"
ARGS ?=

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(VENV)/installed web ## Start the shop on this machine
	@exec $(BIN)/cartwheel serve $(ARGS)

.PHONY: test
test: $(VENV)/installed-dev $(EMULATOR_VENV)/installed web ## Run every test but those of AWS and containers (needs PostgreSQL, MariaDB or MySQL, Redis, Chromium)
	@$(NPM) run --silent test
	@$(BIN)/pytest -n 2 $(or $(ARGS),-m "not aws")
	@[ -n "$(ARGS)" ] || $(BIN)/pytest -n 2 tests/browser

.PHONY: test-browser
test-browser: $(VENV)/installed-dev web ## Run the tests that drive a browser: make test-browser ARGS="-k buys"
	@$(BIN)/pytest -n 2 tests/browser $(ARGS)

.PHONY: test-fast
test-fast: $(VENV)/installed-dev ## Run the tests that need no server, emulator or browser
	@$(BIN)/pytest -n 2 -m "not (server or emulator or browser or aws)" $(ARGS)

.PHONY: coverage
coverage: $(VENV)/installed-dev $(EMULATOR_VENV)/installed ## Run every test and report the branches that none of them takes
	@$(BIN)/pytest -n 2 --ignore tests/aws --cov $(ARGS)

# Those with a first line for the shell, and what instances get by another file's.
SHELL_SCRIPTS = $(shell grep -rl '^\#!.*sh$$' .ci deploy infra/instances scripts) $(wildcard infra/instances/*.sh)

.PHONY: check
check: $(VENV)/installed-dev $(INFRA_VENV)/installed web ## Check format, lint, types, import contracts, shell scripts, and the same of the pages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy --python-executable $(INFRA_VENV)/bin/python infra
	$(BIN)/lint-imports --no-logo
	$(BIN)/shellcheck --shell=bash $(SHELL_SCRIPTS)
	@for name in api:check typecheck lint size; do $(NPM) run --silent $$name || exit 1; done

.PHONY: format
format: $(VENV)/installed-dev ## Format the code and apply the safe fixes of the linter
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

.PHONY: web
web: $(VENV)/installed $(NODE_READY) ## Build the shop's pages where their sources have changed
	@$(WITH_NODE) $(BIN)/python scripts/build_web.py

.PHONY: screenshots
screenshots: web ## Take pictures of every page of a running shop into web/screenshots (SHOP=address)
	@$(NPM) run screenshots

.PHONY: bench
bench: $(VENV)/installed-dev ## Run the benchmarks; each prints a table
	@for name in storage http; do echo "== $$name"; $(BIN)/python -m benchmarks.$$name $(ARGS) || exit 1; done

.PHONY: lambda
lambda: $(VENV)/installed-dev ## Build what AWS Lambda runs into build/lambda (ARGS="--platform here" for this machine)
	@$(BIN)/python scripts/build_lambda.py $(ARGS) build/lambda

.PHONY: image
image: $(VENV)/installed-dev web ## Build what a container runs into build/image, for this machine
	@$(BIN)/python -m scripts.build_image $(ARGS)

.PHONY: release
release: $(VENV)/installed-dev web ## Pack what an instance runs into build/release (ARGS="--platform here" for this machine)
	@$(BIN)/python -m scripts.build_release $(ARGS)

# The stacks are made from the shop's own tables, queues and jobs. jsii warns of Node 20, which is enough for it.
SHOP_AS_DATA = $(BIN)/python scripts/describe_shop.py build/shop.json
WITH_JSII = $(WITH_NODE) JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20

.PHONY: test-infra
test-infra: infra ## Synthesize the AWS stacks, lint and test them
	@$(WITH_JSII) $(INFRA_VENV)/bin/python -m pytest infra/tests $(ARGS)

.PHONY: test-aws
test-aws: ## Run the tests of AWS: adapters, stacks, and a shop deployed into an emulator
	@$(MAKE) --no-print-directory -j 2 $(if $(ARGS),,test-infra) test-emulated

# More processes than cores: one of them waits for what a deployed shop does by the clock.
.PHONY: test-emulated
test-emulated: infra $(EMULATOR_VENV)/installed
	@$(WITH_JSII) $(BIN)/pytest $(if $(ARGS),tests/aws $(ARGS),-n 3 --dist loadgroup -m aws)

.PHONY: test-containers
test-containers: $(VENV)/installed-dev web ## Run the tests of services behind a proxy (needs nginx, PostgreSQL, MariaDB, Redis)
	@$(BIN)/pytest tests/containers $(ARGS)

.PHONY: templates
templates: infra ## Write CloudFormation templates into build/templates (STAGE=prod, TOPOLOGY=containers or instances)
	@$(WITH_JSII) $(INFRA_VENV)/bin/python -m infra.templates build/templates $(or $(STAGE),dev) $(TOPOLOGY)

.PHONY: diagrams
diagrams: infra ## Draw the topologies on AWS from their templates into docs/reference/architecture.md
	@$(WITH_JSII) $(INFRA_VENV)/bin/python -m infra.diagrams docs/reference/architecture.md

.PHONY: cdk
cdk: infra infra/node_modules/.package-lock.json ## Run a command of AWS CDK: make cdk ARGS="diff -c stage=dev"
	@$(WITH_JSII) infra/node_modules/.bin/cdk $(ARGS)

.PHONY: infra
infra: $(VENV)/installed-dev $(INFRA_VENV)/installed $(NODE_READY) ## Describe the shop to AWS CDK, in build/shop.json
	@$(SHOP_AS_DATA)

.PHONY: migration
migration: $(VENV)/installed-dev ## Write the next migration from the table specs: make migration MESSAGE="what it does"
	@$(BIN)/python -m cartwheel.storage.sql.revise "$(MESSAGE)" cartwheel.adapters:tables

.PHONY: openapi
openapi: $(VENV)/installed-dev ## Write docs/reference/openapi.json from the routes
	@mkdir -p docs/reference
	@$(BIN)/cartwheel openapi docs/reference/openapi.json

# dev first: it holds everything, and the other two environments must not drift from its versions.
COMPILE = $(LOCK_VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: lock
lock: $(LOCK_VENV)/bin/uv ## Pin the newest allowed versions (ARGS="--upgrade-package x" for one alone)
	$(COMPILE) $(or $(ARGS),--upgrade) --all-extras --group dev --group build pyproject.toml \
		--output-file requirements-dev.lock
	$(COMPILE) --upgrade --group build --constraint requirements-dev.lock pyproject.toml \
		--output-file requirements.lock
	$(COMPILE) --upgrade --all-extras --constraint requirements-dev.lock pyproject.toml \
		--output-file requirements-image.lock
	$(LOCK_VENV)/bin/python scripts/build_lambda.py --requirements | $(COMPILE) --upgrade \
		--constraint requirements-dev.lock - --output-file requirements-lambda.lock
	$(COMPILE) $(or $(ARGS),--upgrade) --group emulator --output-file requirements-emulator.lock
	$(COMPILE) $(or $(ARGS),--upgrade) --group infra --constraint requirements-dev.lock \
		--output-file requirements-infra.lock
	$(COMPILE) $(or $(ARGS),--upgrade) --group node --output-file requirements-node.lock
	$(COMPILE) $(or $(ARGS),--upgrade) --group load --constraint requirements-dev.lock \
		--output-file requirements-load.lock
	@if grep -n '://' requirements*.lock; then echo "A lock file names an address." >&2; exit 1; fi

.PHONY: dashboards
dashboards: $(VENV)/installed-dev ## Write the dashboard for Grafana and the alert rules for Prometheus
	@$(BIN)/python -m scripts.render_dashboards

.PHONY: load
load: $(LOAD_VENV)/installed ## Play customers against a running shop: make load URL=http://localhost:8000 (ARGS="-t 5m -u 100")
	@mkdir -p build
	@$(LOAD_VENV)/bin/locust -f tests/load/locustfile.py --host "$(or $(URL),http://localhost:8000)" --headless \
		--only-summary --html build/load.html $(or $(ARGS),-t 20s -u 20 -r 10)

.PHONY: clean
clean: ## Remove the environments, caches and build results
	rm -rf $(VENV) $(EMULATOR_VENV) $(INFRA_VENV) $(NODE_VENV) $(LOCK_VENV) $(LOAD_VENV) build dist htmlcov web/dist web/node_modules \
		infra/node_modules .coverage .coverage.* .hypothesis \
		.import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -type d -name __pycache__ -prune -exec rm -rf {} +

# --- Environments -------------------------------------------------------------------------------------------
# A stamp file in the environment is older than its lock file: install again. Otherwise a start adds nothing.

INSTALL = -m pip install --quiet --disable-pip-version-check

# hatchling is locked too, so the build needs no isolation, which would fetch it unpinned.
INSTALL_CARTWHEEL = $(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .

# The development environment holds everything that `run` needs.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@if [ -e $(VENV)/installed-dev ]; then $(MAKE) --no-print-directory $(VENV)/installed-dev; else \
		echo "Installing into $(VENV) ..."; \
		$(BIN)/python $(INSTALL) --require-hashes --requirement requirements.lock && $(INSTALL_CARTWHEEL); fi
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the development tools into $(VENV) ..."
	@$(BIN)/python $(INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(INSTALL_CARTWHEEL)
	@touch $@ $(VENV)/installed

$(EMULATOR_VENV)/installed: requirements-emulator.lock | $(EMULATOR_VENV)/bin/python
	@echo "Installing the AWS emulator into $(EMULATOR_VENV) ..."
	@$(EMULATOR_VENV)/bin/python $(INSTALL) --require-hashes --requirement requirements-emulator.lock
	@touch $@

$(INFRA_VENV)/installed: requirements-infra.lock | $(INFRA_VENV)/bin/python
	@echo "Installing what describes the shop to AWS into $(INFRA_VENV) ..."
	@$(INFRA_VENV)/bin/python $(INSTALL) --require-hashes --requirement requirements-infra.lock
	@touch $@

infra/node_modules/.package-lock.json: infra/package-lock.json $(NODE_READY)
	@$(WITH_NODE) npm --prefix infra ci --no-audit --no-fund --silent

$(NODE_VENV)/installed: requirements-node.lock | $(NODE_VENV)/bin/python
	@echo "Installing Node into $(NODE_VENV) ..."
	@$(NODE_VENV)/bin/python $(INSTALL) --require-hashes --requirement requirements-node.lock
	@touch $@

$(LOAD_VENV)/installed: requirements-load.lock | $(LOAD_VENV)/bin/python
	@echo "Installing what plays customers into $(LOAD_VENV) ..."
	@$(LOAD_VENV)/bin/python $(INSTALL) --require-hashes --requirement requirements-load.lock
	@touch $@

$(LOCK_VENV)/bin/uv: | $(LOCK_VENV)/bin/python
	@$(LOCK_VENV)/bin/python $(INSTALL) uv

$(VENV)/bin/python $(EMULATOR_VENV)/bin/python $(INFRA_VENV)/bin/python $(NODE_VENV)/bin/python $(LOCK_VENV)/bin/python \
		$(LOAD_VENV)/bin/python:
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" $(IS_SUPPORTED); then \
		echo "Cartwheel needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python" >&2; \
		exit 1; fi
	@"$(PYTHON)" -m venv $(@D:/bin=) || { rm -rf $(@D:/bin=); \
		echo "Python cannot make an environment here. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
