# Everything runs from the checkout, in the environment that `setup` makes in .venv.
# `make` alone lists the targets.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

UV := uv==0.13.9
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for name in python3.11 python3 python; do \
  if "$$name" -c '$(RECENT)' 2>/dev/null; then command -v "$$name"; break; fi; done)
WORKERS ?= 3

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## make .venv as requirements.lock says; nothing to do if it is so
	@if [ -z "$(PYTHON)" ]; then \
	  echo "需要 Python 3.11 或更高版本，请先安装，再运行一次。（Debian：apt-get install python3 python3-venv）" >&2; \
	  echo "Lianxin needs Python 3.11 or later: install it and run this again." >&2; \
	  exit 1; \
	fi
	@if ! cmp --silent requirements.lock .venv/requirements.lock; then \
	  echo "Setting up .venv with $$("$(PYTHON)" --version) ..."; \
	  [ -x .venv/bin/python ] || "$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }; \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check "$(UV)"; \
	  VIRTUAL_ENV=.venv .venv/bin/uv pip sync --quiet requirements.lock; \
	  cp requirements.lock .venv/requirements.lock; \
	fi

.PHONY: run
run: setup ## the demo in one process, from nothing but Python and make; leaves it serving
	@echo "开发模式 / development mode (LIANXIN_DEVELOPMENT=1): development sign-in and a set clock; never in a deployment."
	LIANXIN_DEVELOPMENT=1 ./lianxin demo --again --serve

.PHONY: cluster
cluster: setup ## every service in its own process on a real Kafka and PostgreSQL
	@echo "开发模式 / development mode (LIANXIN_DEVELOPMENT=1): development sign-in and a set clock; never in a deployment."
	LIANXIN_DEVELOPMENT=1 ./lianxin cluster

.PHONY: test
test: setup lint ## every check and every test, on real servers
	.venv/bin/python -m profiles.servers
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadgroup

.PHONY: lint
lint: setup ## style, types and import rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m tests.clients.phones

.PHONY: format
format: setup ## put the code into shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: fields
fields: setup ## each field that people fill in, against the file that says why it is asked
	.venv/bin/python -m profiles.fields

.PHONY: bench
bench: setup ## measure side by side; prints a table and writes JSON to bench/results
	.venv/bin/python -m profiles.servers
	.venv/bin/python -m bench

.PHONY: fuzz
fuzz: setup ## twenty times as much chance input to every route as the tests give (EXAMPLES=… for another number)
	LIANXIN_FUZZ_EXAMPLES=$(or $(EXAMPLES),200) .venv/bin/python -m pytest -n $(WORKERS) tests/contracts/test_openapi_fuzz.py

.PHONY: soak
soak: setup ## 10,000 cases while services and servers are killed (CASES=… for fewer)
	.venv/bin/python -m profiles.servers
	.venv/bin/python -m tests.faults.soak --cases $(or $(CASES),10000)

.PHONY: clean
clean: ## remove what was made here: environment, caches, the demo's files
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
