# make run    open the lab            make test   the tests
# make check  lint, types, floors, tests          make screenshots  remake the pictures
# make bench  ratios to peers, one table
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

.PHONY: run test check lint screenshots bench clean

run: $(VENV)/.ready
	@$(BIN)/session-inspector $(ARGS)

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: lint test

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/.ready
	$(BIN)/python -m screenshots.make

bench: $(VENV)/.ready
	$(BIN)/python -m tests.benchmarks $(ARGS)

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "session-inspector needs Python 3.11 or newer; this is $$($(PYTHON) -V). Fix: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make a venv. Fix: install python3-venv"; exit 2; }
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet -e '.[all,dev]'
	@touch $@

clean:
	rm -rf $(VENV)
