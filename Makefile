# make demo | test | check | bench | docs: each sets up .venv first where it is missing.
PYTHON ?= python3
BIN := .venv/bin
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: demo test check bench docs lock

demo: .venv/.demo
	$(BIN)/paceline tune examples/01_digits.py --budget 60 --out paceline-out/demo

test: .venv/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST)

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	$(BIN)/python benchmarks/run_all.py $(BENCH)

docs: .venv/.dev
	$(BIN)/python docs/build.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

lock:
	uv pip compile pyproject.toml requirements.in --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock

.venv/bin/python:
	$(PYTHON) -c 'import sys; v = sys.version_info; assert (3, 11) <= v < (3, 14), f"Paceline needs Python 3.11 to 3.13; got {v.major}.{v.minor}. Name another: make PYTHON=python3.12"'
	$(PYTHON) -m venv .venv

.venv/.demo: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@ .venv/.demo
