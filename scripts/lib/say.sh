# shellcheck shell=bash
# What the scripts say, and waiting with a deadline.

say() { printf '%s\n' "$*"; }

warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  warn "$*"
  exit 1
}

# usage_error MESSAGE: the command line is wrong; ends with 2.
usage_error() {
  warn "$*"
  exit 2
}

has() { command -v "$1" >/dev/null 2>&1; }

# wait_until SECONDS COMMAND...: runs COMMAND every tenth of a second until it succeeds.
# Fails when SECONDS have passed.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= deadline)); then
      return 1
    fi
    sleep 0.1
  done
}
