# `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help run build ui uitest test soak sdk lint fmt bench

SERVER := target/release/bloxserver
# How often `make soak` kills the server, on each database, calls a model, and does anything in the editor.
KILLS ?= 100
CALLS ?= 200000
STEPS ?= 20000

help: ## what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: build ## build and start the server on 127.0.0.1:8000, with a sample flow and the line that fires it
	ENV=development $(SERVER) serve --sample

build: ui ## the release binary, target/release/bloxserver, with the canvas in it
	cargo build --release --locked --package bloxserver

ui: ## the canvas and the dashboard, when they changed
	@scripts/ui.sh

uitest: ## the canvas: types, lint, unit tests, and in a browser against the real server
	@scripts/ui-test.sh

test: ## everything, the canvas in a browser included, with a private PostgreSQL and Redis (TEST_POSTGRES=skip, TEST_REDIS=skip do without)
ifeq ($(TEST_POSTGRES),skip)
	@scripts/redis.sh run env -u TEST_POSTGRES_URL scripts/test.sh
else
	@scripts/redis.sh run scripts/postgres.sh run scripts/test.sh
endif

soak: build ## for hours: kill -9 under load, KILLS times on each database (100), CALLS of models (200000), STEPS of a hand in the editor (20000), long random tests of the core
	STORY_BINARY=$(CURDIR)/$(SERVER) STORY_KILLS=$(KILLS) scripts/postgres.sh run \
	  cargo test --locked --package stories -- --nocapture --test-threads=1 kill::
	STORY_BINARY=$(CURDIR)/$(SERVER) STORY_CALLS=$(CALLS) \
	  cargo test --locked --package stories -- --nocapture --test-threads=1 models::
	BLOX_BINARY=$(CURDIR)/$(SERVER) HAND_STEPS=$(STEPS) HAND_SEED=$${HAND_SEED:-$$(date +%s)} npm --prefix ui run --silent e2e -- e2e/any-hand.test.ts
	PROPTEST_CASES=$${PROPTEST_CASES:-25000} cargo test --release --package blox-flow --lib run::tests::random

sdk: ## the official clients of OpenAI and Anthropic against the server
	cargo build --locked --package bloxserver
	scripts/sdk.sh

lint: ## formatting, clippy, the rules of the house, the deploy files
	cargo fmt --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo xtask tidy
	cargo xtask deploy

fmt: ## format the Rust code
	cargo fmt

bench: ui ## the figures of the release binary, on SQLite and a private PostgreSQL
	cargo build --release --locked --package bloxserver --package blox-bench
	@env -u TEST_POSTGRES_URL scripts/postgres.sh run target/release/bench
