# What people and CI run; each verb is a short script in .ci/. Needs Python 3.11 or newer, pip and make.

STAMP := .venv/.installed
SEED := eval/cases/seeds/004_5e6827bfcf9a52af

.PHONY: help demo test slow lint format types imports docs bench lock clean

help:
	@echo "make demo     install, fetch the model, and extract one posting"
	@echo "make test     install what tests need, and run them"
	@echo "make slow     the tests that kill, start clusters and build packages: some minutes"
	@echo "make lint     ruff: rules and format"
	@echo "make types    mypy --strict"
	@echo "make imports  the import contract"
	@echo "make docs     build the documentation into build/site; every link is checked"
	@echo "make format   put files into ruff's format"
	@echo "make bench    measure speed and a batch's promises; SIZE=small to try"
	@echo "make lock     write requirements.lock anew from pyproject.toml"
	@echo "make clean    remove .venv and what tools left behind"

$(STAMP): requirements.lock pyproject.toml .ci/install
	@.ci/install >&2
	@touch $@

demo: $(STAMP)
	@.ci/demo $(SEED)

test: $(STAMP)
	@.ci/test

slow: $(STAMP)
	@.venv/bin/python -m pytest -m slow

lint: $(STAMP)
	@.ci/lint

format: $(STAMP)
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

types: $(STAMP)
	@.ci/types

imports: $(STAMP)
	@.ci/imports

docs: $(STAMP)
	@.ci/docs

bench: $(STAMP)
	@.venv/bin/python -m benchmarks.all --size $(or $(SIZE),full) --out build/bench

lock: $(STAMP)
	@.ci/lock

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
