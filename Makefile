# Two commands on a fresh machine: `make demo`, then `make test`. Needs Python 3.11+, git, make.
.DELETE_ON_ERROR:
.PHONY: setup demo test check bench gui coverage soak lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
# The tests start hundreds of processes of our own: none of them should compile the program anew.
export PYTHONDONTWRITEBYTECODE :=
# CPU=1 leaves the GPU build of onnxruntime out, and is remembered (docs/install.md).
CPU ?= $(if $(wildcard $(VENV)/.installed-cpu),1,)
LOCK := $(if $(CPU),$(VENV)/requirements-cpu.lock,requirements.lock)
STAMP := $(VENV)/.installed$(if $(CPU),-cpu,)

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "Sightline needs Python 3.11 to 3.13; set PYTHON=…")'
	@$(PYTHON) installer/system_libraries.py
	@rm -f $(VENV)/.installed $(VENV)/.installed-cpu
	$(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages (about 1.5 GB on disk) …"
	@$(RUN) -m pip uninstall -q -y $(if $(CPU),onnxruntime-gpu,onnxruntime) 2>/dev/null || true
	@$(if $(CPU),$(RUN) installer/cpu_lock.py requirements.lock $(LOCK),true)
	@$(RUN) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $(LOCK)
	@$(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(RUN) -m workstation demo $(DEMO)

# All of it on up to four cores; file by file, because what a file's tests share is dear to make.
# A process that dies ends the run: after a restart the last files may never be dealt out.
EVERYTHING := -n auto --maxprocesses 4 --dist loadfile --max-worker-restart=0

test: setup
	$(RUN) -m pytest $(if $(PYTEST),$(PYTEST),$(EVERYTHING))

check: setup
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(VENV)/bin/lint-imports
	$(RUN) -m mypy
	$(RUN) -m pytest $(if $(PYTEST),$(PYTEST),$(EVERYTHING))

bench: setup
	$(RUN) -m workstation bench $(BENCH)

gui: setup
	$(RUN) -m workstation gui

coverage: setup
	$(RUN) -m coverage erase
	$(RUN) -m coverage run -m pytest $(PYTEST)
	$(RUN) -m coverage combine -q
	$(RUN) -m coverage report --include='casefiles/*,resources/*' --fail-under=95
	$(RUN) -m coverage report --include='video/*,detection/*' --fail-under=85
	$(RUN) -m coverage report --include='workstation/*'

# Long and repeated things, kept out of `make test` (docs/soak.md): make soak SOAK="kills --kills 5"
soak: setup
	$(RUN) -m tests.soak $(SOAK)

# Rewrites the lock file from pyproject.toml; needs uv.
lock:
	uv pip compile pyproject.toml --group test --group check --group build --universal --python-version 3.11 \
		--generate-hashes --no-header -q -o requirements.lock

clean:
	rm -rf $(VENV) build dist .coverage*
