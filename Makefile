# What people do here; `make help` lists it. What takes more than a line or two stands in scripts/.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test differential soak bench lint pins clean setup browser

# Nothing of the caller's Python gets into .venv.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV

BIN := .venv/bin
PYTEST_FLAGS ?= -n 2 --dist loadfile
SOAK_SECONDS ?= 600
TIMES ?= 20

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## run the example configuration of each gateway, live, before a real upstream; Ctrl-C ends it
	@scripts/setup demo >&2
	@$(BIN)/crossgate demo

test: browser lint ## everything that CI checks: lint, then the tests; PYTEST_FLAGS='-k vary' narrows them
	$(BIN)/pytest $(PYTEST_FLAGS)

differential: setup ## engine against Envoy on ever other tables, routes and requests: TIMES=20 times what the tests try
	TIMES=$(TIMES) $(BIN)/pytest $(PYTEST_FLAGS) tests/differential

soak: setup ## load and changes, nothing lost, memory flat: for ten minutes, or SOAK_SECONDS=20
	$(BIN)/python -m tests.zero_loss.soak --seconds $(SOAK_SECONDS)

bench: setup ## what a policy costs, beside plain Envoy and Envoy's own filter: eight minutes; QUICK=1: ninety seconds
	@scripts/bench

lint: setup ## format, lint, types, direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

pins: ## write constraints/*.txt anew, with the newest releases that pyproject.toml admits
	@scripts/pins

clean: ## remove .venv, caches and builds
	rm -rf .venv dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -prune -exec rm -rf {} +

setup:
	@scripts/setup dev

browser:
	@scripts/browser
