# Every target does its own set-up: .venv, the install and the web page (scripts/setup.sh, quick when done).
.DEFAULT_GOAL := help
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
export PYTHON

.PHONY: help setup run serve test test-slow browser browser-test page-test planted tasks bench memory baseline lint format docs site release clean

help:  ## show these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | sort | awk -F '\t' '{printf "make %-13s %s\n", $$1, $$2}'

setup:  ## build .venv and the web page; quick the second time
	@bash scripts/setup.sh

run: setup  ## the baseline, "eradication enters the VRAEM", and what moves
	.venv/bin/globo demo

serve: setup  ## open the web page on this machine
	.venv/bin/globo serve

test: setup  ## all tests but the slow ones
	$(PYTEST) -n 2 --dist loadfile -m "not slow"

test-slow: setup  ## the slow tests alone
	$(PYTEST) -n 2 --dist loadfile -m slow

browser:  ## install chromium when it is missing
	@bash scripts/browser.sh

page-test: setup  ## the web page's types and unit tests
	@bash scripts/web.sh check test

browser-test: setup browser  ## the web page in a real browser
	@bash scripts/web.sh browser-test

tasks: setup browser  ## print docs/tasks.md: ten strangers' questions put to the page
	@bash scripts/web.sh tasks

planted: setup  ## plant 450 errors into the facts and list those that `facts check` misses
	$(PY) tests/facts/test_planted_errors.py $(or $(SEED),1)

bench: setup  ## measure speed as ratios; writes bench/latest.json
	$(PY) -m bench

memory: setup  ## measure the memory of runs of three sizes and of a server, with their slopes
	$(PY) -m bench memory

baseline: setup  ## write tests/baseline.json again, after a change that moves numbers on purpose
	$(PY) scripts/baseline.py

lint: setup  ## ruff, formatting and types, as .pre-commit-config.yaml says
	PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/pre-commit run --all-files

format: setup  ## mend what ruff can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: setup  ## write again the docs that commands make
	$(PY) scripts/docs.py

site: setup  ## the documentation as a site that opens from the disk: build/site/index.html
	$(PY) scripts/site.py

release: setup  ## sdist and wheel; the wheel alone in fresh environments, every command once
	@bash scripts/wheel.sh

clean:  ## remove what was built here, not the runs
	rm -rf .venv .cache dist build src/globo/page web/node_modules
