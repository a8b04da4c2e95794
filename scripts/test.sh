#!/usr/bin/env bash
# Every test of the workspace, and the examples in its documentation. `make test` puts PostgreSQL around it.
# What the last lines say is the sum of everything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${TEST_POSTGRES:-}" = skip ]; then
  echo "skipped: every test that needs PostgreSQL (TEST_POSTGRES=skip); SQLite is tested all the same"
fi
if cargo nextest --version >/dev/null 2>&1; then
  cargo test --workspace --locked --doc --quiet
  cargo nextest run --workspace --locked --no-fail-fast
  exit
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$log" || code=$?
grep -E '^test .* \.\.\. FAILED' "$log" || true
awk '/^test result:/ {passed += $4; failed += $6} END {printf "sum: %d passed, %d failed\n", passed, failed}' "$log"
exit "$code"
