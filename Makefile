# make run          open the lab
# make test         all tests
# make check        lint, types, floors, quick tests: no screens, processes, engines, browsers,
#                   apps, no matrix of all golden cookies
# make coverage     all tests, their branch coverage, and its gate (what CI runs)
# make budgets      the numbers of the budgets, beside three kept libraries
# make docs         the documentation as a site, in site/
# make screenshots  remake the pictures
# make bench        ratios to peers, one table
# make bench-large  pages and searches of ten million sessions: 20 minutes, 12 GB of disk, 6 GB of memory
# make flames       where the time goes, as flame graphs in docs/flames
# make chaos        kill -9 a hundred times
# make fuzz         10,000 bent cookies a decoder, 20,000 hostile examples from the proxy to the screen
# make audit        bandit, pip check, pip-audit (asks the advisory service: needs the network)
#
# Linux and macOS. Windows: install the wheel; a checkout cannot be installed editable, because
# session_inspector/ holds two symbolic links.
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
AUDIT = .venv-audit
DOCS = .venv-docs
# and the ten slowest are shown: what grows is seen
PARALLEL = -n auto --dist loadfile --no-loadscope-reorder --durations=10

.PHONY: run test check quick lint coverage budgets docs screenshots clean chaos fuzz
.PHONY: bench bench-large flames
.PHONY: audit audit-code audit-packages
# in containers it is often set, and then each worker and each `python -m` compiles all anew
export PYTHONDONTWRITEBYTECODE =

run: $(VENV)/.ready
	@$(BIN)/session-inspector $(ARGS)

test: $(VENV)/.ready
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

check: lint quick

quick: $(VENV)/.ready
	$(BIN)/python -m pytest $(PARALLEL) -m "not thorough" $(ARGS)

coverage: $(VENV)/.ready
	@$(BIN)/python -m tests.with_coverage $(PARALLEL) $(ARGS)

budgets: $(VENV)/.ready
	@$(BIN)/python -m tests.budgets $(ARGS)

# strict: a page outside the navigation, a link or an anchor that leads nowhere is a failure
docs: $(DOCS)/.ready
	rm -rf build/docs site
	mkdir -p build/docs
	cp -R README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE docs screenshots build/docs
	rm -f build/docs/screenshots/*.py
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict --quiet

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/.ready
	$(BIN)/python -m screenshots.make

bench: $(VENV)/.ready
	$(BIN)/python -m tests.benchmarks $(ARGS)

bench-large: $(VENV)/.ready
	$(BIN)/python -m tests.benchmarks large $(ARGS)

flames: $(VENV)/.ready
	$(BIN)/python -m tests.benchmarks.flames docs/flames $(ARGS)

chaos: $(VENV)/.ready
	CHAOS_KILLS=100 $(BIN)/python -m pytest tests/chaos $(ARGS)

fuzz: $(VENV)/.ready
	FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest -n auto --durations=10 tests/fuzz $(ARGS)
	FUZZ_EXAMPLES=20000 $(BIN)/python -m pytest tests/whole_way -rP $(ARGS)

audit: audit-code audit-packages

audit-code: $(VENV)/.ready $(AUDIT)/.ready
	$(AUDIT)/bin/bandit --quiet --configfile pyproject.toml --recursive devserver inspector session_inspector/__init__.py
	$(BIN)/python -m pip check

# strict: a package that could not be looked up is a failure, not a clean bill
audit-packages: $(AUDIT)/.ready
	$(AUDIT)/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

$(AUDIT)/.ready: pyproject.toml constraints.txt
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --constraint constraints.txt bandit pip-audit schemathesis
	@touch $@

$(DOCS)/.ready: pyproject.toml constraints.txt
	@test -x $(DOCS)/bin/python || $(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --constraint constraints.txt mkdocs-material
	@touch $@

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "session-inspector needs Python 3.11 or newer; this is $$($(PYTHON) -V). Fix: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make a venv. Fix: install python3-venv"; exit 2; }
	@echo "Installing into $(VENV), once: about a minute. Then $(BIN)/session-inspector is the command."
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet -e '.[all,dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(AUDIT) $(DOCS) site .coverage .coverage.*
