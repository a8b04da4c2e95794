#!/usr/bin/env bash
# Every test of the workspace, the examples in its documentation, and the interface in a browser. `make test` puts
# PostgreSQL around it and sees to a Redis. What cannot run here is said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${TEST_POSTGRES:-}" = skip ]; then
  echo "skipped: every test that needs PostgreSQL (TEST_POSTGRES=skip); SQLite is tested all the same"
fi
if [ "${TEST_REDIS:-}" = skip ]; then
  echo "skipped: every test that needs a Redis or Valkey (TEST_REDIS=skip)"
fi
if cargo nextest --version >/dev/null 2>&1; then
  cargo test --workspace --locked --doc --quiet
  cargo nextest run --workspace --locked --no-fail-fast
  exec scripts/ui-test.sh
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$log" || code=$?
grep -E '^test .* \.\.\. FAILED' "$log" || true
awk '/^test result:/ {passed += $4; failed += $6} END {printf "sum: %d passed, %d failed\n", passed, failed}' "$log"
[ "$code" = 0 ] || exit "$code"
scripts/ui-test.sh
