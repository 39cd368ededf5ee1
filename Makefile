# Every target does its own set-up: python3 (3.11 to 3.13) and make are all it takes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
UPGRADE ?=

.DELETE_ON_ERROR:
.PHONY: help compare test check bench calibration sensitivity golden mutants docs notebooks page lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

compare: .venv/.ready ## the main job: the same therapists, trained and not
	@$(BIN)/attune compare

test: .venv/.ready ## run the tests
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: .venv/.ready ## style, types, floors and spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict sim
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell

bench: .venv/.ready ## how fast it is on this machine
	@$(BIN)/python experiments/bench.py
	@$(BIN)/python experiments/bench_trials.py
	@$(BIN)/python experiments/bench_search.py
	@$(BIN)/python experiments/bench_fits.py
	@$(BIN)/python experiments/bench_scale.py

calibration: .venv/.ready ## fit the world to the evidence, and write it to conf/ and docs/ (under an hour)
	@$(BIN)/python experiments/calibrate.py

sensitivity: .venv/.ready ## what the effect of training hangs on, written to docs/ (five minutes)
	@$(BIN)/python experiments/sensitivity.py

golden: .venv/.ready ## write the golden results of tests/golden/ anew, and say what moved
	@$(BIN)/python experiments/golden.py

mutants: .venv/.ready ## cut every link of the chain and ask which pattern test notices (half an hour)
	@$(BIN)/python experiments/mutants.py

docs: .venv/.ready ## write what the docs show of the model: its numbers, theory, ODD, programmes
	@$(BIN)/attune parameters --markdown > docs/parameters.md.new
	@mv docs/parameters.md.new docs/parameters.md
	@$(BIN)/python experiments/theory.py
	@$(BIN)/python experiments/odd.py
	@$(BIN)/python experiments/pages.py
	@$(BIN)/python experiments/instruments.py
	@$(BIN)/python experiments/sessions.py
	@$(BIN)/python experiments/own_link.py

notebooks: .venv/.ready ## execute the notebooks at full size, and write them with their outputs
	@$(BIN)/python experiments/notebooks.py

page: .venv/.ready ## the page for teacher and student, page/index.html: open it with a double click
	@$(BIN)/attune teach open=false

lock: ## resolve requirements.lock again (UPGRADE=--upgrade to take newer releases)
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && $(PYTHON) -m venv "$$work" && \
	"$$work/bin/python" -m pip install -qq --disable-pip-version-check uv && \
	"$$work/bin/uv" pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" --quiet $(UPGRADE) -o requirements.lock && \
	! grep -n '://' requirements.lock

clean: ## remove everything that make, builds and tools made, results in outputs/ excepted
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find sim conf tests experiments -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The packages. setuptools goes first: it builds those that come only as source (antlr4, of Hydra),
# so that they too are built by what the lock names.
.venv/.packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	    { echo "attune-sim needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	    { echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv --clear .venv
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock | $(PIP) install --require-hashes -r /dev/stdin
	@$(PIP) install --require-hashes --no-build-isolation -r requirements.lock
	@touch $@

# The project itself, editable.
.venv/.ready: .venv/.packages pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q sim conf
	@touch $@
