# Two commands are enough: `make run` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HANDRAIL_HOME ?= var
HOST ?= 127.0.0.1
PORT ?= 8080
export HANDRAIL_HOME

.PHONY: run setup test test-all check eval bench widget screenshots docs faults simulate clean

run: setup
	$(BIN)/handrail init --sample
	$(BIN)/handrail index
	$(BIN)/handrail serve --host $(HOST) --port $(PORT) --sign-in-links

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Handrail needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q bot handoff retrieval
	touch $@

# The workers take every processor: a numerical library's own threads would only wait for them.
test: export OPENBLAS_NUM_THREADS = 1
test: export OMP_NUM_THREADS = 1
test: setup
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# Every page in every look, and longer random sequences.
test-all: export HANDRAIL_TEST_ALL = 1
test-all: test

check: setup
	$(BIN)/ruff check bot retrieval handoff tests
	$(BIN)/ruff format --check bot retrieval handoff tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/sizes.py

eval: setup
	$(BIN)/handrail eval

# About ten minutes on a quiet machine; BENCH_FULL=1 goes up to 100,000 passages.
bench: setup
	HF_HUB_OFFLINE=1 $(BIN)/python -m tests.bench

# Hours in full: `make faults ROUNDS=100` kills less often, `make faults FAULTS="F1 F9"` does some.
ROUNDS ?= 1000
FAULTS ?=
faults: setup
	$(BIN)/python -m tests.faults $(FAULTS)
	HANDRAIL_TEST_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -s tests/faults/test_kill.py tests/faults/test_stop.py tests/faults/test_build.py

# `make simulate SECONDS=600` stops after ten minutes, FIRST=100001 goes on where another run ended.
SCHEDULES ?= 100000
FIRST ?= 1
simulate: setup
	$(BIN)/python -m tests.simulate --first $(FIRST) --schedules $(SCHEDULES) $(if $(SECONDS),--seconds $(SECONDS))

# Needs Node; the built files are committed, so nobody else does.
widget:
	cd widget && npm ci && npm run build

screenshots: setup
	HANDRAIL_TEST_SCREENSHOTS=1 $(BIN)/python -m pytest tests/browser/test_screenshots.py

# The pages that are written from the code: settings and commands.
docs: setup
	$(BIN)/python -m tests.docs.generate

clean:
	rm -rf $(VENV) var test-artefacts .hypothesis .pytest_cache .mypy_cache .ruff_cache build
