# Every target works alone on a machine with Python 3.11 or newer, make and the package registries.
#
#   make demo    a full shift on the built-in carrier, in under a minute
#   make test    lint, types, import layers, tests; with a real Asterisk, which is downloaded into .rig,
#                and Chromium
#   make test-offline  the same without what needs a real Asterisk
#   make soak    the long tests
#   make bench   the benchmarks, each printing its figure
#   make lock    bring requirements/*.txt in step with pyproject.toml
#
# The locks carry hashes and no addresses, and only `uv pip` is used: `uv run`, `uv sync` and `uv lock`
# would write uv.lock, which names the registry of the machine that wrote it.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
JOBS ?= 2

bin := .venv/bin
ready := .venv/.ready
spark := .venv/.spark
compile := $(bin)/uv pip compile --quiet --universal --generate-hashes --no-header

.DEFAULT_GOAL := test
.PHONY: demo test test-offline rig chromium soak bench lint format lock clean

demo: $(ready)
	$(bin)/paceline demo

test: lint rig chromium
	$(bin)/python -m pytest -n $(JOBS) --dist worksteal

test-offline: lint
	@echo "Left out: the tests on a real Asterisk, which need programs from a Debian mirror."
	$(bin)/python -m pytest -n $(JOBS) --dist worksteal -m "not soak and not rig"

# Asterisk, SIPp and Mosquitto from Debian packages, in a folder of their own; nothing is installed on the machine.
rig: $(ready)
	$(bin)/python -m tools.rig install

# Reports are looked at in a real browser.
chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk; \
	  else echo "Reports are not looked at here: install Chromium (Debian: chromium, fonts-noto-cjk)" >&2; fi; }

soak: rig
	$(bin)/python -m pytest -n $(JOBS) --dist worksteal -m soak --timeout 0

bench: $(ready)
	@set -e; for file in benchmarks/[!_]*.py; do echo "== $$file"; $(bin)/python "$$file"; done
	$(bin)/python -m benchmarks.pacing.run

lint: $(spark)
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/pyrefly check --summary=none
	$(bin)/lint-imports --no-logo --no-cache

format: $(ready)
	$(bin)/ruff check --fix
	$(bin)/ruff format

lock: $(bin)/uv
	$(compile) --group lock -o requirements/uv.txt
	$(compile) pyproject.toml --extra report --extra scores --extra tune --extra cluster --group dev -o requirements/dev.txt
	$(compile) pyproject.toml --extra spark -c requirements/dev.txt -o requirements/spark.txt

# Never deletes a journal or a report: those belong to whoever ran the shift.
clean:
	rm -rf .venv .rig dist .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(bin)/python:
	@test -n "$(PYTHON)" || { echo "Paceline needs Python 3.11 or newer: install it, or name it with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -q && apt-get install -q -y "$$package"; \
	  else echo "$(PYTHON) has no venv module: install the package $$package and run make again" >&2; exit 1; fi; }
	$(PYTHON) -m venv .venv

$(bin)/uv: requirements/uv.txt | $(bin)/python
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# The project itself is built by the locked hatchling, so nothing without a hash is ever downloaded.
$(ready): requirements/dev.txt pyproject.toml $(bin)/uv
	$(bin)/uv pip sync --quiet --python $(bin)/python --require-hashes --no-build requirements/dev.txt
	$(bin)/uv pip install --quiet --python $(bin)/python --no-deps --no-index --no-build-isolation --editable .
	@touch $@

# Planning on Spark is tested, and needs Java. pyspark has no wheel: the locked setuptools builds it.
$(spark): requirements/spark.txt $(ready)
	@command -v java >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -q -y default-jre-headless; \
	  else echo "Planning on Spark is not tested here: install a Java runtime (Debian: default-jre-headless)" >&2; fi; }
	$(bin)/uv pip install --quiet --python $(bin)/python --require-hashes --only-binary :all: --no-binary pyspark \
	  --no-build-isolation -r requirements/spark.txt
	@touch $@
