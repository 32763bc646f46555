# The two commands of the README, and what developers run besides. Everything sets itself up.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: schema help demo test check soak bench clean

help: ## what can be made here
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# The stamp changes when the dependencies do, so a second run sets up nothing.
$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("graphsvc needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@echo "setting up $(VENV) …" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@echo "setting up the tools for tests …" >&2
	@$(PIP) install --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

demo: $(VENV)/.ready ## the main job on a world made on the spot
	@$(BIN)/graphsvc demo

test: $(VENV)/.ready-dev ## every check and every test
	@bash tests/servers/install.sh
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.kernels.compiled
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(if $(CI),--randomly-seed=1)

check: $(VENV)/.ready-dev ## format, lint and types only
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/mypy

soak: $(VENV)/.ready-dev ## the long runs: crashes and properties, many times over
	@$(BIN)/python -m pytest -m soak

schema: $(VENV)/.ready-dev ## prints the GraphQL schema into schema/graphsvc.graphql
	@$(BIN)/python -m graphsvc.api.schema.whole > schema/graphsvc.graphql.new
	@mv schema/graphsvc.graphql.new schema/graphsvc.graphql

bench: $(VENV)/.ready-dev ## ratios against named references, taken in one run
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.kernels
	@$(BIN)/python -m bench.answers
	@$(BIN)/python -m bench.graph
	@$(BIN)/python -m bench.engines
	@$(BIN)/python -m bench.by_networkx
	@$(BIN)/python -m bench.live
	@$(BIN)/python -m bench.projection

clean: ## removes the set-up and the demo's data
	rm -rf $(VENV) graphsvc-demo graphsvc-demo-world .pytest_cache .mypy_cache .ruff_cache .hypothesis
