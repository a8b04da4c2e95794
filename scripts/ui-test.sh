#!/usr/bin/env bash
# The interface: types, lint, unit tests, and the built one in the system's Chromium against the real server.
# What is not here (npm, Chromium) is said and left out; Chromium is installed where that is allowed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v npm >/dev/null; then
  echo "skipped: npm is not here; the interface is neither built nor tested"
  exit 0
fi
scripts/ui.sh
(cd ui && npm run --silent typecheck && npm run --silent lint && npm test --silent)

if ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium ||
    echo "Chromium could not be installed: the interface is not tried in a browser"
fi
cargo build --locked --package bloxserver
BLOX_BINARY="$PWD/target/debug/bloxserver" npm --prefix ui run --silent e2e
