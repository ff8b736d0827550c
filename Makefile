# Every target sets up what it needs in .venv/; nothing is installed outside the checkout.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STUDY ?= params/studies/demo.yaml
QUARTER ?= last
ROWS ?= 1000000 10000000

.DEFAULT_GOAL := help
.PHONY: help report test validate coverage choice mutations check lab bench bench-quick faults mistakes staffing params docs lock clean

help: ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

report: $(VENV)/ready ## run the study (STUDY=..., QUARTER=...) and print where the reports are
	@$(BIN)/gradelab run $(STUDY) --quarter $(QUARTER)

test: $(VENV)/ready-test ## set up and run everything that must hold
	@$(MAKE) --no-print-directory check
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -q --published present

validate: $(VENV)/ready-test ## hold every published figure to the code; FULL=1 adds the coverage study
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m published --published all
	@if [ -n "$(FULL)" ]; then $(MAKE) --no-print-directory coverage; fi

coverage: $(VENV)/ready-test ## draw worlds of known truth and write docs/coverage.md (half an hour)
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/coverage

choice: $(VENV)/ready-test ## draw worlds whose best policy is known and write docs/choice.md (half an hour)
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/choice

mutations: $(VENV)/ready-test ## break one rule at a time and see a test go red
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/mutations.py

check: $(VENV)/ready-test ## style, layers, parameter files and notebooks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/gradelab check params notebooks reports/template

lab: $(VENV)/ready ## open JupyterLab on the start page: your data in, first policy, first comparison, first report
	@$(BIN)/gradelab lab

bench: $(VENV)/ready-test ## measure against pandas, polars and SQL and write docs/benchmarks.md (ROWS="1000000 ...", PEERS=python); then the parts
	@$(BIN)/python benchmarks/history --rows $(ROWS) --growth $(firstword $(ROWS)) --notebooks --bootstrap $(if $(PEERS),--peers $(PEERS))
	@$(BIN)/python benchmarks/renewal.py
	@$(BIN)/python benchmarks/grading.py
	@$(BIN)/python benchmarks/effects.py
	@$(BIN)/python benchmarks/search.py
	@$(BIN)/python benchmarks/render.py
	@$(BIN)/python benchmarks/typing_speed.py
	@$(BIN)/python benchmarks/whatif.py

bench-quick: $(VENV)/ready-test ## the same on a million rows within a minute; one closing line of ratios
	@$(BIN)/python benchmarks/history --quick

faults: $(VENV)/ready-test ## let every fault loose on a run and write docs/faults.md (some ten minutes)
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/faults.py

mistakes: $(VENV)/ready-test ## make every mistake of tests/mistakes and write docs/mistakes.md
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/mistakes.py

staffing: $(VENV)/ready ## staff the hotline of a bank from real counts and write docs/staffing.md (needs the data folder)
	@$(BIN)/python benchmarks/staffing.py

params: $(VENV)/ready ## regenerate JSON Schema and reference page of the parameter files
	@$(BIN)/python -m toolkit.params.reference

docs: $(VENV)/ready-test ## build the documentation into site/, in English and Chinese
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "site/index.html, site/zh/index.html"

lock: ## resolve dependencies anew and pin them with hashes (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -o requirements.lock --quiet
	uv pip compile pyproject.toml --extra build --extra test --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -c requirements.lock -o requirements-test.lock --quiet

clean: ## remove the environment
	rm -rf $(VENV)

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gradelab needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@echo "Setting up the environment in $(VENV)/ (once, one to three minutes) ... 正在准备环境（仅首次，约一至三分钟）……"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@git config --local --get include.path >/dev/null 2>&1 || git config --local include.path ../.gitconfig 2>/dev/null || true
	@touch $@

$(VENV)/ready-test: $(VENV)/ready requirements-test.lock
	@echo "Adding what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@
