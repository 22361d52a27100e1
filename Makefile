# `make help` names what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run env test check bench lock

# Python keeps the compiled form of what it loads, whatever the surroundings say: a run of the tests
# starts some hundred processes.
export PYTHONDONTWRITEBYTECODE :=

PORT ?= 8000
DATA ?=
BIN := .venv/bin
TEMPLATES := reception/templates agencies/templates reports/templates

# Should make itself be killed, the hall still closes in order.
TIED := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

LIBRARIES := libpango-1.0.so.0=libpango-1.0-0 libpangoft2-1.0.so.0=libpangoft2-1.0-0 \
	libharfbuzz-subset.so.0=libharfbuzz-subset0 \
	/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf=fonts-dejavu-core
# Makes the clips of the boards' voice; without it the boards are silent.
VOICE = .ci/system-packages espeak-ng=espeak-ng || echo 'the boards stay silent without it' >&2
# The browser of the tests, where the system has it in the form without a screen: half the work.
BROWSER = .ci/system-packages chromium-headless-shell=chromium-headless-shell 2>/dev/null || \
	.ci/system-packages chromium=chromium
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

# Says nothing unless it fails.
quietly = said=$$($(1) 2>&1) || { echo "$$said"; exit 1; }

help: ## What there is to do
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

run: ## A living demonstration hall: make run [PORT=8000] [DATA=folder]; Ctrl-C stops it
	@.ci/system-packages $(LIBRARIES)
	@$(VOICE)
	@.ci/environment requirements.lock
	@exec $(TIED) $(BIN)/reception up --demo --port $(PORT) $(if $(DATA),--data '$(DATA)')

env: ## Only the environment: .venv with the command `reception`
	@.ci/environment requirements.lock

# While the checks are at work, the other core compiles the tests for both processes of the run.
test: ## Every check; installs what the checks need
	@.ci/system-packages $(LIBRARIES)
	@$(BROWSER)
	@$(VOICE)
	@.ci/environment requirements.lock requirements-dev.lock
	@$(BIN)/pytest --collect-only --quiet >/dev/null 2>&1 & \
	$(MAKE) --no-print-directory check; wait
	@echo '== pytest'
	@$(BIN)/pytest -n 2 --dist worksteal --quiet || { \
		echo '== what failed on a busy machine gets one chance more, alone'; \
		$(BIN)/pytest --last-failed --quiet; }

check: ## The fast checks that start nothing
	@.ci/environment requirements.lock requirements-dev.lock
	@echo '== ruff'; $(BIN)/ruff check --quiet --output-format concise .
	@echo '== ruff format'; $(BIN)/ruff format --quiet --check .
	@echo '== mypy'; $(BIN)/mypy --no-error-summary
	@echo '== import-linter'; $(call quietly,$(BIN)/lint-imports --no-cache)
	@echo '== djlint'; $(call quietly,$(BIN)/djlint --quiet --lint $(TEMPLATES))

bench: ## Benchmarks; ratios are printed
	@.ci/environment requirements.lock requirements-dev.lock
	@$(BIN)/python -m tests.bench

lock: ## Newest versions that pyproject.toml allows, into the locks
	@echo 'setuptools>=77' | $(COMPILE) --upgrade pyproject.toml - --output-file requirements.lock
	@$(COMPILE) --upgrade --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	@echo uv | $(COMPILE) --upgrade - --output-file .ci/uv.lock
