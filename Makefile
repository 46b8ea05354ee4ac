# make run     everything in one command, on http://127.0.0.1:8000      make run ARGS="--port 8001 --demo annual"
# make test    all tests, with a PostgreSQL, a Redis and a browser of their own
# make check   style, types, directions of imports
# make fmt     writes what style wants
# make pictures   docs/pictures anew, from one journey through the house
# make bench   the table of measurements, about ten minutes      make bench ARGS="--rows orders,rush --seconds 2"
# make bench-growth   what grows with sessions and registrations, and how fast
# make soak    a busy day on which everything breaks: ten minutes, then the audit      make soak ARGS="--minutes 2"
# make solver  OR-Tools, for the machine that proposes times and rooms (the extra colloquy[solver])
# make migrations   what the models changed, as migrations
# make lock    the locks anew, from requirements/*.in

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

APP := $(VENV)/.app
DEV := $(VENV)/.dev
MODULES := frontend/node_modules/.stamp
SITE := frontend/dist/.vite/manifest.json
SITE_SOURCES := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run solver test check fmt bench bench-growth soak pictures migrate migrations lock install frontend browser python
.SUFFIXES:

help:
	@sed -n '/^# make/s/^# //p' Makefile

run:
	@$(MAKE) --no-print-directory --jobs=2 install
	@exec $(BIN)/colloquy run $(ARGS)

test: $(DEV) $(SITE) browser
	@$(BIN)/pytest $(ARGS)

check: $(DEV) $(MODULES)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/migrations.py --check
	@cd frontend && ../tools/npm run --silent check

fmt: $(DEV)
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(DEV) $(SITE)
	@$(BIN)/python -m benchmarks $(ARGS)

bench-growth: $(DEV) $(SITE)
	@$(BIN)/python -m benchmarks.growth $(ARGS)

soak: $(DEV) $(SITE)
	@$(BIN)/python -m soak $(ARGS)

pictures: $(DEV) $(SITE) browser
	@COLLOQUY_PICTURES=1 $(BIN)/pytest -q -n0 tests/journeys/test_one_whole_journey.py

migrate: $(APP)
	@$(BIN)/colloquy migrate

migrations: $(DEV)
	@$(BIN)/python tools/migrations.py $(ARGS)
	@$(BIN)/ruff format --quiet events/*/migrations

# What is installed: the application's lock for `run`, the developers' lock, which contains it, for everything else.

install: $(APP) $(SITE)

$(BIN)/python:
	@python=$$(tools/python) && echo "A virtual environment with $$python …" && "$$python" -m venv $(VENV) \
		|| { rm -rf $(VENV); exit 1; }

$(APP): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock lists …"
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

# Fifty megabytes that most sites do without; the developers' lock has it anyway.
$(VENV)/.solver: requirements/solver.lock $(APP)
	@echo "Installing what requirements/solver.lock lists …"
	@$(PIP) install --no-compile --require-hashes -r requirements/solver.lock
	@touch $@

solver: $(VENV)/.solver

$(DEV): requirements/dev.lock $(APP)
	@echo "Installing what requirements/dev.lock lists …"
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.lock
	@touch $@

# Without a node that fits, the one of the wheel: then the application has to be installed first.
$(MODULES): frontend/package-lock.json frontend/package.json | $(if $(shell tools/npm --version 2>/dev/null),,$(APP))
	@echo "Installing what frontend/package-lock.json lists …"
	@cd frontend && ../tools/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(SITE): $(MODULES) $(SITE_SOURCES)
	@echo "Building styles and islands …"
	@cd frontend && ../tools/npm run --silent build -- --logLevel warn
	@touch $@

frontend: $(SITE)

browser: $(DEV)
	@$(BIN)/python -m tests.chromium

# Rarely needed.

python:
	@python3 -m venv .uv && .uv/bin/pip install --quiet uv
	@.uv/bin/uv python install 3.12 --install-dir .python

lock: | $(BIN)/python
	@test -x .uv/bin/uv || { $(BIN)/python -m venv .uv && .uv/bin/pip install --quiet uv; }
	@.uv/bin/uv $(LOCK) requirements/app.in --output-file requirements.lock $(ARGS)
	@.uv/bin/uv $(LOCK) requirements/dev.in --output-file requirements/dev.lock $(ARGS)
	@.uv/bin/uv $(LOCK) requirements/solver.in --constraint requirements/dev.lock --output-file requirements/solver.lock

LOCK := pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
