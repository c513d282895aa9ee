# `make demo` and `make test` start from a bare Debian, Ubuntu or macOS machine.

PYTHON ?= python3
DEMO_PAPER = 2601.00000
SYSTEM_PACKAGES ?= PYTHON=$(PYTHON) deploy/system-packages.sh
UV = UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip
COMPILE = $(UV) compile pyproject.toml --quiet --universal --python-version 3.11 \
	--exclude-newer "1 week" --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo install test check up doctor format lock clean

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: install  ## Make the videos of the bundled sample paper, from a bare machine
	@echo "Making the videos of the sample paper (samples/README.md)"
	@ARXIVIZ_PAPERS_DIR=samples .venv/bin/arxiviz process $(DEMO_PAPER) --output videos
	@echo
	@echo "The videos are in videos/$(DEMO_PAPER)/; open index.html there to watch them."
	@echo "Next: your own paper      .venv/bin/arxiviz process 1706.03762 --output videos"
	@echo "      the API and the UI  .venv/bin/arxiviz up"
	@echo "      what is missing?    .venv/bin/arxiviz doctor"

install: .venv/runtime  ## Install everything arxiviz needs, into .venv and the system
	@$(SYSTEM_PACKAGES)

test: .venv/dev  ## Install everything and run every check, as CI does
	@$(MAKE) --no-print-directory check

check:
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/basedpyright
	.venv/bin/lint-imports
	.venv/bin/python -m pytest --numprocesses 2 --dist loadfile

up: install  ## Start the API, the Dagster UI and its daemon on this machine
	.venv/bin/arxiviz up

doctor: install  ## Say what is installed and reachable
	.venv/bin/arxiviz doctor

format: .venv/dev  ## Format the code, and mend what can be mended
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

lock: .venv/bin/uv  ## Renew the locks with what has been out for a week
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	for more in celery kubernetes; do \
		$(subst pyproject.toml,deploy/$$more/requirements.in,$(COMPILE)) --upgrade -c requirements.lock \
			-o deploy/$$more/requirements.lock || exit 1; \
	done

clean:  ## Remove the environment and what tools left; papers and videos stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/uv:
	@$(SYSTEM_PACKAGES)
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/uv
	@$(SYSTEM_PACKAGES)
	$(UV) install --quiet --require-hashes --compile-bytecode -r requirements.lock
	$(UV) install --quiet --no-deps -e .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/uv
	@$(SYSTEM_PACKAGES) --tests
	$(UV) install --quiet --require-hashes --compile-bytecode -r requirements-dev.lock
	$(UV) install --quiet --no-deps -e .
	@command -v chromium >/dev/null || .venv/bin/playwright install chromium
	@touch $@ .venv/runtime
