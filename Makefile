# Two commands matter: `make run` and `make test`. Both install what they need first.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run test check format demo-crash lock bench guards attack replies privacy long

# Any Python from 3.8 on can run tools/setup.py, which then looks for one that is fit.
ANY_PYTHON := $(shell for candidate in $(PYTHON) python3.13 python3.12 python3 python /usr/bin/python3 \
	"$$HOME"/.pyenv/versions/*/bin/python3; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && { echo "$$candidate"; break; }; done)
export PYTHON
SETUP := @$(if $(ANY_PYTHON),$(ANY_PYTHON) -m tools.setup,echo "Handrail needs Python 3.12 or newer and found no Python: install it (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13), then start again." >&2; exit 1;)
BIN := .venv/bin

help: ## what the commands do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## install what `make run` needs, and stop there
	$(SETUP)

run: ## start everything on this machine and print a table of addresses
	$(SETUP)
	@exec $(BIN)/python -m workers dev

# `AT_ONCE=1` tests in as many processes as there are processors, each with a machine of its own: a third quicker where
# nothing else runs. A file's tests stay together and in order, as their fixtures want it.
IN_PROCESSES := $(if $(AT_ONCE),-n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder)

test: ## run every test (ARGS="tests/dev -k port" for some, AT_ONCE=1 for some at once)
	$(SETUP) --for-tests
	@exec $(BIN)/python -m pytest $(IN_PROCESSES) $(ARGS)

check: ## format, lint, types, tests
	$(SETUP) --for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	@exec $(BIN)/python -m pytest $(IN_PROCESSES) $(ARGS)

format: ## format the code and sort its imports
	$(SETUP) --packages
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

demo-crash: ## kill the worker after a payment and see the change finished, paid once
	$(SETUP)
	@exec $(BIN)/python -m workers.dev.demo_crash $(ARGS)

bench: ## measure turns beside bare Temporal, about ten minutes (docs/bench.md)
	$(SETUP)
	@exec $(BIN)/python -m evals.bench $(ARGS)

guards: ## measure what the guards of a call cost (docs/results/guards.json)
	$(SETUP)
	@exec $(BIN)/python -m evals.guards $(ARGS)

attack: ## attack the guards with wrong, sloppy and hostile calls; writes docs/results/attack.json (ARGS="--only forbidden")
	$(SETUP) --for-tests
	@exec $(BIN)/python -m evals.attack $(ARGS)

replies: ## judge the reply checks, time first sentences and screen harmless prompts; writes docs/results/replies.json
	$(SETUP) --for-tests
	@exec $(BIN)/python -m evals.replies --stack $(ARGS)

privacy: ## measure what is found of personal data, and search for planted values (docs/results/privacy.json)
	$(SETUP) --for-tests
	@exec $(BIN)/python -m evals.privacy $(ARGS)

long: ## measure 300 turns, 1,000 open requests with a cold start, ten days of waiting (docs/results/long.json)
	$(SETUP)
	@exec $(BIN)/python -m evals.long $(ARGS)

lock: ## make requirements.txt from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.12 --group dev \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
