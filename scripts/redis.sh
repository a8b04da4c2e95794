#!/usr/bin/env bash
# Sees to it that tests find a Redis or Valkey: each starts one of its own, on a port of its own, and kills it.
#
#   scripts/redis.sh run COMMAND…   installs one where that is allowed, then runs COMMAND
#
# TEST_REDIS=skip leaves those tests out.
set -euo pipefail

how_to_get_it="neither valkey-server nor redis-server is here: 'apt-get install redis-server' on Debian and Ubuntu, \
'dnf install valkey' on Fedora, 'brew install valkey' on macOS; or TEST_REDIS=skip make test"

say() { printf 'redis: %s\n' "$*" >&2; }

is_here() { command -v valkey-server >/dev/null || command -v redis-server >/dev/null; }

# The package starts a server of its own where the system lets it: tests do not use it.
install_where_allowed() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then say "$how_to_get_it"; exit 1; fi
  say "not installed; installing it with apt-get"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server; } >&2 \
    || { say "apt-get could not install it. $how_to_get_it"; exit 1; }
}

if [ "${1:-}" != run ] || [ $# -lt 2 ]; then
  sed -n '4,6s/^# *//p' "$0" >&2
  exit 2
fi
shift
if [ "${TEST_REDIS:-}" != skip ] && ! is_here; then install_where_allowed; fi
exec "$@"
