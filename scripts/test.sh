#!/usr/bin/env bash
# Every test of the workspace, and the examples in its documentation. `make test` puts PostgreSQL around it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${TEST_POSTGRES:-}" = skip ]; then
  echo "skipped: every test that needs PostgreSQL (TEST_POSTGRES=skip); SQLite is tested all the same"
fi
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace --locked
  cargo test --workspace --locked --doc
else
  cargo test --workspace --locked
fi
