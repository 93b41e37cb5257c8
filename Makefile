# Everything runs in .venv, made here with plain venv and pip. Nothing else is touched.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

# The demo speaks the language of the terminal where it can.
DEMO_LANG := $(if $(filter zh%,$(LANG)),zh,$(if $(filter es%,$(LANG)),es,en))

.PHONY: demo test lab lint nightly screenshots bench clean

demo: $(STAMP)
	@$(BIN)/esim-analysis report sample_data/xiaoli --lang $(DEMO_LANG) -o report.html

test: $(DEV_STAMP)
	$(BIN)/pytest -n auto --dist loadfile

lab: $(STAMP)
	$(BIN)/esim-analysis lab

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md docs esim_analysis/i18n/catalogues/en notebooks/*.ipynb
	@if command -v node >/dev/null; then node tests/explorer/lint.mjs esim_analysis/explorer/view/*.js esim_analysis/widgets/*.js; \
	  else echo "node is not here: the JavaScript was not linted"; fi
	$(BIN)/nbstripout --verify notebooks/*.ipynb notebooks/*/*.ipynb

nightly: $(DEV_STAMP)
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -m "nightly or not nightly"
	$(BIN)/python benchmarks/attribution_accuracy.py

screenshots: $(DEV_STAMP)
	$(BIN)/python tests/browser/screenshots.py

bench: $(DEV_STAMP)
	$(BIN)/python benchmarks/suite.py --write

clean:
	rm -rf $(VENV) report.html screenshots

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Try: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "The venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up .venv (the first time downloads several hundred MB) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@# Packages are compiled as they are installed; where Python may not write, ours never would be.
	@$(BIN)/python -m compileall -q esim_analysis
	@touch $@

$(DEV_STAMP): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,dev]'
	@touch $@
