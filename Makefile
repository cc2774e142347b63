# PhotoChanger: `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON3 ?= python3
VENV := .venv/bin
SERVICES := $(sort $(notdir $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml))))
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
export PYTHONPATH := $(subst $(SPACE),:,$(addprefix $(CURDIR)/,. shared $(addprefix services/,$(SERVICES)) cli))
# Services start a second sooner from compiled files.
unexport PYTHONDONTWRITEBYTECODE
STACK := $(PYTHON3) -m deploy.local
SOURCES := shared services cli deploy docs tests

.PHONY: help
help: ## what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | expand -t 16

.PHONY: run stop clean setup
run: ## fetch what is missing, start everything, stay in the foreground; Ctrl-C stops it
	@exec $(STACK) run

stop: ## stop the stack that `make run` started
	@exec $(STACK) stop

clean: ## remove .local/ with all photos, rows and passwords; asks first, YES=1 does not
	@exec $(STACK) clean $(if $(filter 1,$(YES)),--yes)

setup: ## only fetch and install what is missing
	@exec $(STACK) setup

.PHONY: docs
docs: ## make the README's picture anew, from the stack that `make run` started
	@$(VENV)/python docs/pictures/before_and_after.py

.PHONY: guide-pictures
guide-pictures: ## make the guide's pictures anew, in both languages, from the stack that `make run` started
	@$(VENV)/python docs/guide/make_pictures.py

# The types of the UI are committed too, so that only whoever changes the API needs Node.
TYPESCRIPT_TYPES := npm exec --yes --package=openapi-typescript@7.13.0 --package=typescript@5.9.3 -- openapi-typescript --default-non-nullable=false
.PHONY: openapi
openapi: ## write docs/api/openapi.json and the UI's types from the routes; a breaking change needs a new version
	@$(STACK) setup --only python
	@command -v npm >/dev/null || { echo "make openapi: npm is missing" >&2; exit 1; }
	@cd docs/api && new=$$(mktemp) && trap 'rm -f $$new $$new.ts' EXIT && \
		$(CURDIR)/$(VENV)/python -m admin_api.openapi_file > $$new && \
		{ [ ! -e openapi.json ] || $(CURDIR)/$(VENV)/python -m tests.api_changes openapi.json $$new; } && \
		$(TYPESCRIPT_TYPES) $$new --output $$new.ts && \
		{ sha256sum $$new | sed -E 's|^(\S+).*|// openapi.json \1|'; cat $$new.ts; } > openapi.d.ts && cat $$new > openapi.json

.PHONY: check
check: ## format, lint, types, imports, unit tests
	@$(STACK) setup --only python
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy $(SOURCES)
	$(VENV)/lint-imports
	$(VENV)/pytest tests/unit -n 2

.PHONY: check-web
check-web: ## the web UI: types, lint, texts in both languages, unit tests (a minute with its packages to install)
	@$(STACK) setup --only python
	@$(PYTHON3) -m deploy.local.check_web

# Most of the slow tests' time is waiting: three processes on two cores. What needs a stack comes first, it is the longest.
# A browser is work, and its stories say when things appear: nothing runs beside it. Here are four minutes of them, by keyboard and around
# a slot; all others, and every page in every look, are in `make e2e`.
UI_STORIES := tests/ui -k "first_visit or gemini_is_slow or connection_that_drops or by_keyboard and not (evening or people or providers)"
SLOW_TESTS := $(addprefix tests/,e2e integration contract)
.PHONY: test
test: ## everything that tests need, then all tests; may run beside `make run`
	@$(STACK) setup --only browser
	@$(PYTHON3) -m deploy.local.check_web
	$(VENV)/pytest tests/unit -n 2
	$(VENV)/pytest $(SLOW_TESTS) -m "not alone" -n 3 --no-loadscope-reorder --durations=20
	$(VENV)/pytest $(SLOW_TESTS) -m alone
	$(VENV)/pytest $(UI_STORIES) --durations=20
	@$(CHAOS_SHORT)

.PHONY: e2e
e2e: ## the stories of people alone: the web UI in a real browser, booths, guests; pictures of every page in .local/ui
	@$(STACK) setup --only browser
	UI_LOOKS=every $(VENV)/pytest tests/ui --durations=20
	$(VENV)/pytest tests/e2e -n 3 --no-loadscope-reorder --durations=20

.PHONY: load
load: ## three times the capacity, a thousand waiting booths: refusals, memory, every picture; who watches (4 minutes, wants a quiet machine)
	@$(STACK) setup
	$(VENV)/pytest tests/load

.PHONY: fuzz-api
fuzz-api: ## 500 requests an operation by every role, all checks (an hour); EXAMPLES=50 SEED=7 ROLES="viewer stranger"
	@$(STACK) setup
	printf '%s\n' $(or $(ROLES),admin operator viewer stranger) | SEED=$(or $(SEED),$(shell date +%s)) xargs -P 2 -I ROLE \
		$(if $(EXAMPLES),env EXAMPLES=$(EXAMPLES)) $(VENV)/pytest tests/fuzz -v -k ROLE

.PHONY: load-live
load-live: ## two hundred people watch a busy evening's live events: nobody a second behind (half a minute)
	@$(STACK) setup
	$(VENV)/pytest tests/load/test_two_hundred_watch.py -s

.PHONY: races
races: ## ten thousand deadline races on the database: 504 xor done (2 minutes)
	@$(STACK) setup
	$(VENV)/pytest tests/races -s

.PHONY: bench
bench: ## what a photo costs beside a bare pipeline, 13 minutes; a short one: ROUNDS=1 SECONDS=10
	@$(STACK) setup
	@$(VENV)/python -m tests.bench $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS))

.PHONY: bench-admin
bench-admin: ## the admin API over a month of a million photos, 6 minutes; a short one: ROWS=50000
	@$(STACK) setup
	@$(VENV)/python -m tests.bench_admin $(if $(ROWS),--rows $(ROWS))

.PHONY: bench-ui
bench-ui: ## the web UI on a slow phone, and a gallery of 5,000 results, 5 minutes; writes docs/web-performance.md
	@$(STACK) setup --only browser
	@$(VENV)/python -m tests.bench_ui $(if $(ROWS),--rows $(ROWS)) $(if $(ROUNDS),--rounds $(ROUNDS))

# Twice the 4 minutes: the machine may be busy.
CHAOS_SHORT = $(VENV)/python -m tests.chaos --seeds 1 --at-most 480
CHAOS = $(VENV)/python -m tests.chaos $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED)) \
	$(if $(STACKS),--stacks $(STACKS)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(filter 1,$(LEFT)),--left)
.PHONY: chaos-short chaos chaos-full chaos-report soak
chaos-short: ## kill a service at each step of a photo's way, once; at most 4 minutes, part of `make test`
	@$(STACK) setup
	@$(CHAOS_SHORT)

chaos: ## each kill with 3 seeds, each fault once, 45 minutes; CASES=P5,kill-mongodb SEED=7 SEEDS=2 chooses
	@$(STACK) setup --only chaos
	@$(CHAOS) --seeds $(or $(SEEDS),3) --faults 1

chaos-full: ## each kill with 20 seeds, each fault with 5: an hour and a half, half an hour with STACKS=3; in pieces: LEFT=1 MINUTES=8
	@$(STACK) setup --only chaos
	@$(CHAOS) --seeds 20 --faults 5

soak: ## the same load for 20 minutes (MINUTES=20): memory, descriptors, tasks, channels stay flat
	@$(STACK) setup
	@$(VENV)/python -m tests.chaos.soak $(if $(MINUTES),--minutes $(MINUTES))

chaos-report: ## write the tables of docs/reliability.md from every run so far
	@$(VENV)/python -m tests.chaos.report

.PHONY: planner-replay
planner-replay: ## the window planner against fixed retries on the same bad evenings, simulated (15 seconds)
	@$(STACK) setup --only python
	@$(VENV)/python -m tests.planner_replay $(if $(SEEDS),--seeds $(SEEDS)) $(if $(MINUTES),--minutes $(MINUTES))

.PHONY: fresh-test
fresh-test: ## `make run` (or TARGET=test) on a minimal Debian 12 made for it; root only, KEEP=1 keeps it
	@exec $(PYTHON3) -m deploy.local.fresh_machine $(if $(TARGET),--target $(TARGET)) $(if $(filter 1,$(KEEP)),--keep)

ENGINE ?= docker
COMPOSE = $(ENGINE) compose
NEEDS_ENGINE = @{ $(ENGINE) info && $(COMPOSE) version; } >/dev/null 2>&1 || \
	{ echo "make $@: no container engine with compose answers here ($(ENGINE)); \`make run\` needs none" >&2; exit 1; }

.PHONY: images compose-up compose-down helm-test
images: ## build an image for every service; ENGINE=docker
	$(NEEDS_ENGINE)
	@$(PYTHON3) -m deploy.local.compose_env
	$(COMPOSE) --profile core --profile sandbox build

compose-up: ## the whole product in containers, settings in .env
	$(NEEDS_ENGINE)
	@$(PYTHON3) -m deploy.local.compose_env
	$(COMPOSE) up --build --detach

compose-down: ## stop the containers; volumes with photos and rows stay
	$(NEEDS_ENGINE)
	$(COMPOSE) --profile core --profile sandbox down

helm-test: ## build Helm once, lint the chart, render it for every kind of installation, check what came out
	@$(STACK) setup --only helm
	$(VENV)/pytest tests/helm

COMPILE := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
OWN := $(addprefix --no-emit-package ,photochanger photochanger-cli $(SERVICES))

.PHONY: lock
lock: ## write requirements/*.txt again from the pyproject files and *.in
	@$(COMPILE) $(OWN) pyproject.toml --group development -o requirements/development.txt
	@$(foreach service,$(SERVICES),$(COMPILE) $(OWN) -c requirements/development.txt \
		services/$(service)/pyproject.toml -o requirements/$(service).txt &&) true
	@$(COMPILE) $(OWN) -c requirements/development.txt cli/pyproject.toml -o requirements/photochanger-cli.txt
	@$(foreach part,mongodb go photographs kubernetes node,$(COMPILE) --no-deps requirements/$(part).in -o requirements/$(part).txt &&) true
