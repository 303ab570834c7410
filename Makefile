# Two commands set everything up: `make run` and `make test`. They need make and Python >= 3.11, nothing else.
# Variables: PYTHON (which Python), WEB_PORT, SIMULATOR_PORT, STACK (services | sqlite), ARGS (for pytest).

PY := .venv/bin/python
SETUP := @sh scripts/python.sh scripts/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test e2e bench check lint types contracts migrations deploy-check format requirements clean
# One recipe after another even under `make -j`: they share .venv.
.NOTPARALLEL:
export PYTHON
# Names here are Hindi, too: no program may fail on them because the terminal's locale is an old one.
export PYTHONUTF8 := 1

help: ## This list
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nStart here: make run\n'

##@ Every day
run: ## Start the demonstration: simulator, web, worker, beat. WEB_PORT=8001 SIMULATOR_PORT=8091 choose ports
	$(SETUP) requirements.txt
	@$(PY) -m scripts.dev

test: ## All tests but the browser's, on PostgreSQL and Redis if they answer. STACK=sqlite|services, ARGS="-k name"
	$(SETUP) requirements-dev.txt
	@$(PY) -m scripts.test $(ARGS)

check: lint types contracts migrations deploy-check ## What a change must pass beside the tests

##@ One by one
lint: ## ruff: rules and format
	$(SETUP) requirements-dev.txt
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: ## Let ruff rewrite what it can
	$(SETUP) requirements-dev.txt
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: ## mypy
	$(SETUP) requirements-dev.txt
	$(PY) -m mypy bettermeals mealplans households whatsapp

contracts: ## Imports point down only
	$(SETUP) requirements-dev.txt
	.venv/bin/lint-imports

migrations: ## Every change of a model has its migration
	$(SETUP) requirements-dev.txt
	DJANGO_SETTINGS_MODULE=tests.settings DATABASE_URL=sqlite:///:memory: $(PY) manage.py makemigrations --check --dry-run

deploy-check: ## Django's and our own checks, with settings as a deployment has them
	$(SETUP) requirements-dev.txt
	@$(PY) -m scripts.production_like check --deploy --fail-level WARNING

e2e: ## Browser tests; installs Debian's chromium when it is missing and you are root
	$(SETUP) requirements-e2e.txt
	@sh scripts/chromium.sh
	@$(PY) -m scripts.test tests/browser $(ARGS)

bench: ## Benchmarks: each prints a ratio against a baseline of the same run. ARGS="send" runs one
	$(SETUP) requirements-dev.txt
	@$(PY) -m tests.benchmarks $(or $(ARGS),all)

##@ Keeping house
requirements: ## Compile the pins and hashes from the .in files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements-extras.in -o requirements-extras.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements-e2e.in -o requirements-e2e.txt

clean: ## Remove .venv, the demonstration's data (.dev) and caches; .env stays
	rm -rf .venv .dev staticfiles .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
