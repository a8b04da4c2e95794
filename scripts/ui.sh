#!/usr/bin/env bash
# Builds the interface into ui/dist/app, when something of it changed since the last time. The server's build embeds it.
# Without npm the server is built without the interface, and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../ui"

if ! command -v npm >/dev/null; then
  echo "npm is not here: the server is built without its canvas (Node 20.19 or newer brings it)" >&2
  exit 0
fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts
  touch node_modules/.package-lock.json
fi
built=dist/app/index.html
changed=$(find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -newer "$built" -print -quit 2>/dev/null || echo all)
if [ -n "$changed" ] || [ ! -e "$built" ]; then
  npm run --silent build
fi
