#!/bin/sh
# Waits for a command in the place of an agent, which may die meanwhile.
#
#   shim.sh launch RUN COMMAND...   begins the wait apart from whoever calls, and returns
#   shim.sh wait RUN COMMAND...     runs the command and leaves in the folder RUN:
#       pid       the number of this process, while it may still be needed
#       errors    the command's standard error
#       shell     what the shell says, which is something only if the command was killed
#       outcome   "<exit code> <seconds since 1970> <attempt>", whole or not at all
set -u
mode=$1
run=$2
case $mode in
  launch)
    shift
    if command -v setsid >/dev/null 2>&1; then
      setsid sh "$0" wait "$@" </dev/null >/dev/null 2>&1 &
    else
      # Job control gives it a process group of its own, out of reach of the terminal's signals.
      set -m
      nohup sh "$0" wait "$@" </dev/null >/dev/null 2>&1 &
    fi
    ;;
  wait)
    shift 2
    trap '' HUP
    exec </dev/null >/dev/null 2>>"$run/shell"
    echo "$$" >"$run/pid.new" && mv "$run/pid.new" "$run/pid"
    # Redirected within, or the shell's own word would go among the command's.
    (exec 2>>"$run/errors" && exec "$@")
    code=$?
    echo "$code $(date +%s) ${run##*/}" >"$run/outcome.new"
    mv "$run/outcome.new" "$run/outcome"
    # Whoever watches looks at the time of this file.
    echo "$code" >"$run/../../ended"
    ;;
esac
