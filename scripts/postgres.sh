#!/usr/bin/env bash
# A private PostgreSQL cluster for tests: never the machine's own one, never as root, reachable from this machine only.
#
#   scripts/postgres.sh run COMMAND…   a cluster of its own around COMMAND, whose exit code it keeps
#   scripts/postgres.sh start          a cluster that stays, for working by hand; prints its URL
#   scripts/postgres.sh url            that URL again
#   scripts/postgres.sh stop           stops it and removes its files
#
# COMMAND finds the URL in TEST_POSTGRES_URL; when that is already set, it is used and nothing is started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kept="$here/target/postgres"          # where `start` remembers its cluster
prefix="${TMPDIR:-/tmp}/bloxserver-postgres"
how_to_get_it="PostgreSQL (initdb, pg_ctl) is not here: 'apt-get install postgresql' on Debian and Ubuntu, \
'dnf install postgresql-server' on Fedora, 'brew install postgresql' on macOS; or TEST_POSTGRES=skip make test"

say() { printf 'postgres: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Prints the folder of PostgreSQL's programs: the PATH, then the places of the system's packages, newest first.
programs() {
  local folder
  if folder=$(command -v initdb) && command -v pg_ctl >/dev/null; then
    dirname "$(readlink -f "$folder")"
    return
  fi
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -Vr); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then echo "$folder"; return; fi
  done
  return 1
}

install_where_allowed() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then die "$how_to_get_it"; fi
  say "not installed; installing it with apt-get"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql; } >&2 \
    || die "apt-get could not install it. $how_to_get_it"
}

# PostgreSQL refuses to run as root: then it runs as the package's user, else as nobody.
unprivileged() { if getent passwd postgres >/dev/null; then echo postgres; else echo nobody; fi; }
# From `/`, because that user may not be allowed to stand where the caller stands.
as_owner() (
  cd /
  if [ "$(id -u)" != 0 ]; then exec "$@"; fi
  user=$(unprivileged)
  if command -v setpriv >/dev/null; then exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"; fi
  exec runuser -u "$user" -- "$@"
)

a_free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  die "no free port found between 20000 and 32000"
}

# create FOLDER: makes the cluster's files, with a password that only this run knows.
create() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1/password"
  if [ "$(id -u)" = 0 ]; then chown -R "$(unprivileged)" "$1"; fi
  chmod 700 "$1"
  as_owner "$bin/initdb" --pgdata="$1/data" --username=bloxserver --pwfile="$1/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$1/initdb.log" 2>&1 \
    || { cat "$1/initdb.log" >&2; die "initdb failed"; }
  # fsync stays on: what the tests promise about commits, they promise with it.
  cat >>"$1/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
max_locks_per_transaction = 256
timezone = 'UTC'
CONF
}

# launch FOLDER: starts the cluster and writes its URL; another port when somebody was quicker.
launch() {
  local port
  for _ in 1 2 3 4 5; do
    port=$(a_free_port)
    if as_owner "$bin/pg_ctl" start --pgdata="$1/data" --wait --silent --log="$1/data/server.log" --options="-p $port" >/dev/null 2>&1; then
      echo "postgres://bloxserver:$(cat "$1/password")@127.0.0.1:$port/postgres" >"$1/url"
      return
    fi
  done
  cat "$1/data/server.log" >&2
  die "the server did not start"
}

# remove FOLDER: stops the cluster in it, if it runs, and deletes the folder.
remove() {
  [ -d "$1" ] || return 0
  as_owner "$bin/pg_ctl" stop --pgdata="$1/data" --mode=immediate --wait --silent >/dev/null 2>&1 || true
  rm -rf "$1"
}

# A run that was killed could not clean up: its process is gone, its folder is not.
sweep() {
  local folder owner
  for folder in "$prefix".*; do
    [ -O "$folder" ] || [ "$(id -u)" = 0 ] || continue
    owner=$(cat "$folder/owner" 2>/dev/null) || continue
    if ! kill -0 "$owner" 2>/dev/null; then remove "$folder"; fi
  done
}

begin() {
  bin=$(programs) || { install_where_allowed; bin=$(programs) || die "$how_to_get_it"; }
  sweep
  folder=$(mktemp -d "$prefix.XXXXXX")
}

run() {
  [ $# -gt 0 ] || die "run needs a command"
  if [ -n "${TEST_POSTGRES_URL:-}" ]; then exec "$@"; fi
  begin
  trap 'remove "$folder"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  echo $$ >"$folder/owner"
  create "$folder"
  launch "$folder"
  say "$("$bin/pg_ctl" --version | sed 's/^pg_ctl //'), for this run only"
  TEST_POSTGRES_URL=$(cat "$folder/url") "$@"
}

start() {
  local known
  if known=$(cat "$kept" 2>/dev/null) && [ -d "$known" ]; then url && return; fi
  begin
  trap 'remove "$folder"' ERR INT TERM
  create "$folder"
  launch "$folder"
  mkdir -p "$(dirname "$kept")"
  echo "$folder" >"$kept"
  url
}

url() { cat "$(cat "$kept" 2>/dev/null)/url" 2>/dev/null || die "none is running: scripts/postgres.sh start"; }

stop() {
  bin=$(programs) || die "$how_to_get_it"
  if [ -f "$kept" ]; then remove "$(cat "$kept")"; rm -f "$kept"; fi
}

command=${1:-}
if [ $# -gt 0 ]; then shift; fi
case $command in
  run) run "$@" ;;
  start | stop | url) "$command" ;;
  *) sed -n '4,7s/^# *//p' "$0" >&2; exit 2 ;;
esac
