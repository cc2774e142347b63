# PhotoChanger: `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
export PYTHONPATH := $(subst $() ,:,$(addprefix $(CURDIR)/,. shared services/ingest-gateway services/dispatcher \
	services/provider-gemini services/media-janitor services/admin-api services/sandbox))

.PHONY: help
help: ## what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | expand -t 16
