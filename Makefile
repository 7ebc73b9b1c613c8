# Thin names for what ./run does; `make` lists them.
.DEFAULT_GOAL := list
.PHONY: list setup run test lint rulebook docs

list: ## list the targets
	@grep -hE '^[a-z]+: ## ' $(MAKEFILE_LIST) | sed 's/: ## /\t/'

setup: ## prepare the development environment
	./run setup

run: ## open the demo city
	./run demo

test: ## lint and run every test
	./run test

lint: ## ruff, mypy, import contracts
	./run lint

rulebook: ## check the rulebook
	./run rulebook

docs: ## write the reference pages anew from the code
	./run docs
