# make demo   install into .venv, screen sample_data/, print the report path
# make test   install what the tests need and run them all, on all cores (on two, allow half an hour)
# make lint   ruff and mypy
# make acceptance  checks too long for every change: some hours
# make bench  start-up, decisions, header scan, and one study from files to report, on this machine

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT    := out/demo

.PHONY: demo test lint bench acceptance clean

demo: $(VENV)/.demo
	$(BIN)/vcfimg screen sample_data --clinical sample_data/clinical.json --as-of 2026-01-10 --out $(OUT)
	@echo "Open in a browser: $(CURDIR)/$(OUT)/index.html"

test: $(VENV)/.test
	@echo "All tests on all cores: on two, allow half an hour"
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.demo
	$(BIN)/python -m pipelines.bench.startup
	$(BIN)/python -m pipelines.bench.decisions
	$(BIN)/python -m pipelines.bench.header_scan
	$(BIN)/python -m pipelines.bench.one_study
	$(BIN)/python -m pipelines.bench.archive

acceptance: $(VENV)/.test
	$(BIN)/python -m pipelines.acceptance.corruptions
	$(BIN)/python -m pipelines.acceptance.handed_in_files --count 5000
	$(BIN)/python -m pipelines.fuzz.damaged_files --count 5000
	$(BIN)/python -m pipelines.acceptance.kill_and_resume
	$(BIN)/python -m pipelines.acceptance.killed_workers
	$(BIN)/python -m pipelines.acceptance.killed_workers --parent --seed 2
	$(BIN)/python -m pipelines.acceptance.slurm
	$(BIN)/python -m pipelines.acceptance.normal_shapes
	$(BIN)/python -m pipelines.stress.element_coils 60

clean:
	rm -rf out build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# One marker per set of extras: a changed pyproject.toml installs again.
$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(PIP) install --editable ".[test]"
	@touch $@ $(VENV)/.demo

$(VENV)/.lint: pyproject.toml | $(BIN)/python
	$(PIP) install --editable ".[test,lint]"
	@touch $@ $(VENV)/.test $(VENV)/.demo
