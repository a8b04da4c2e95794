#!/usr/bin/env bash
# The vendors' own clients against the server. Usage: scripts/sdk.sh [BLOXSERVER]; needs python3 with venv, npm for
# the JavaScript ones, and the package indexes at the first run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${1:-target/debug/bloxserver}
[ -x "$binary" ] || { echo "$binary is not there: cargo build --package bloxserver" >&2; exit 1; }
venv=target/sdk-venv
if ! cmp -s tests/sdk/requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --no-deps --only-binary :all: --requirement tests/sdk/requirements.txt
  cp tests/sdk/requirements.txt "$venv/requirements.txt"
fi
if command -v npm >/dev/null; then
  npm ci --prefix tests/sdk --silent --ignore-scripts --no-audit --no-fund
fi
"$venv/bin/python" tests/sdk/run.py "$(realpath "$binary")"
