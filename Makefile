PYTHON ?= python3
BIN := .venv/bin
UV := uv==0.13.9
READY := .venv/.ready
PARSED := dbt_project/target/manifest.json
DBT_FILES := $(shell find dbt_project/*.yml $(addprefix dbt_project/,macros models seeds tests)) # a folder is newer when a file of it is gone
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help up data collect import replay rollback versions verify digest forget setup test evaluate bench lint clean
help:  ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

up: setup  ## collect, build, publish; dashboard on :8501 and Dagster UI on :3000
	@exec $(BIN)/python -m orchestration up
data: setup  ## the same without the servers, for cron and scripts
	@$(BIN)/python -m orchestration data
collect: setup  ## listing days FROM=2026-11-01 TO=2026-11-20 in one run, built and published
	@$(BIN)/python -m orchestration collect --from "$(FROM)" --to "$(TO)"
import: setup  ## what others recorded, FILE=counts.csv or a folder of responses
	@$(BIN)/python -m orchestration import "$(FILE)"
replay: setup  ## rebuild the lake from landing alone, offline
	@$(BIN)/python -m orchestration replay
versions: setup  ## list the published versions
	@$(BIN)/python -m orchestration versions
rollback: setup  ## readers keep the version before, or VERSION=..., until VERSION=newest
	@$(BIN)/python -m orchestration rollback $(VERSION)
verify: setup  ## compare the published files with their manifest
	@$(BIN)/python -m orchestration verify $(VERSION)
digest: setup  ## write the next digests as files, without sending
	@$(BIN)/python -m orchestration digest $(FREQUENCY)
forget: setup  ## erase a subscriber, EMAIL=...
	@$(BIN)/python -m orchestration forget "$(EMAIL)"

setup: $(READY) $(PARSED)  ## virtual environment and parsed dbt project
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Papertide needs Python 3.11 to 3.13: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up .venv (about a minute, once)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv # half of one is left without python3-venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
$(PARSED): $(READY) $(DBT_FILES)
	@$(BIN)/python -m orchestration prepare

test: setup  ## the whole suite
	@$(BIN)/python -m pytest
evaluate: setup  ## how right the trends, identities, scores and claims are
	@$(BIN)/python -m tests.benchmarks.quality
bench: setup  ## how fast each step is, beside its limit or peer
	@$(BIN)/python -m tests.benchmarks $(if $(SIZES),--sizes "$(SIZES)")
lint: setup  ## ruff, mypy, dbt-bouncer and sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/dbt-bouncer run --config-file dbt_project/dbt-bouncer.yml --output-only-failures
	@mkdir -p .venv/lint && PAPERTIDE_HOME=$(CURDIR)/.venv/lint $(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests
clean:  ## remove what was made here, never collected data
	@rm -rf .venv dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
