# Two commands do it all: `make run` and `make test`. Everything stays inside .venv.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made

.PHONY: run test check assets python clean

run: $(MADE)-run ## Serve the product with demo data on http://127.0.0.1:$(PORT)
	@$(BIN)/odsc-counter demo --if-empty
	@PORT=$(PORT) $(BIN)/odsc-counter serve

test: $(MADE)-dev ## All tests, on SQLite and on a PostgreSQL that they start themselves
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(MADE)-dev ## Lint, types, import rules, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint odsc_counter --lint
	$(BIN)/python -m tests.translations
	@! grep -q '"resolved"' package-lock.json || { echo "package-lock.json holds addresses"; exit 1; }

assets: $(MADE)-dev ## Build style sheets, scripts and fonts again
	$(BIN)/python -m hatchling build --hooks-only

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }

$(BIN)/pip: | python
	@$(PYTHON) -m venv $(VENV)

$(MADE)-run: pyproject.toml hatch_build.py package-lock.json $(shell find odsc_counter/web/assets translations -type f 2>/dev/null) | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@$(BIN)/pybabel -q compile -d translations
	@touch $@

$(MADE)-dev: $(MADE)-run
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean: ## Remove what was built; instance/ stays
	rm -rf $(VENV) node_modules odsc_counter/static/build odsc_counter/static/vendor
