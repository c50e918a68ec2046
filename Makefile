# Each target makes .venv on first use: with uv where it is installed, else with python3 -m venv and pip.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test flows check run bench audit clean

demo: .venv/ready
	$(BIN)/paperboy --data .demo demo

run: .venv/ready
	$(BIN)/paperboy run

test: .venv/dev
	$(BIN)/python -m pytest --ignore=tests/flows

flows: .venv/dev
	$(BIN)/python -m pytest tests/flows

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m tests.bench

# Against the published advisories: the versions that every install uses. It needs the network.
audit: .venv/dev
	@if command -v uv >/dev/null 2>&1; then \
	  uvx pip-audit --requirement constraints.txt --no-deps --disable-pip; \
	else \
	  $(BIN)/python -m pip install --quiet pip-audit && \
	  $(BIN)/python -m pip_audit --requirement constraints.txt --no-deps --disable-pip; \
	fi

clean:
	rm -rf .venv .demo

.venv/ready: pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv && \
	  uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable .; \
	else \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .; \
	fi
	@touch $@

.venv/dev: .venv/ready
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'; \
	fi
	@touch $@
