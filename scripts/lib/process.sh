# shellcheck shell=bash
# Daemons that a script starts and must later end: exactly those, never a process that was given
# the same pid afterwards. NAME.pid holds the pid, NAME.birth when that process began.

# process_birth PID: a text that is the same as long as it is the same process.
process_birth() {
  local stat
  if [[ -d /proc/self ]]; then
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # The name, in parentheses, may hold anything. After it: state is field 1, start time field 20.
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [[ $1 != Z ]] || return 1
    printf '%s\n' "${20}"
  else
    stat=$(ps -o stat=,lstart= -p "$1") || return 1
    [[ $stat != Z* ]] || return 1
    # The state changes during a life, the rest does not.
    printf '%s\n' "${stat#* }"
  fi
}

# process_start BASE LOG COMMAND...: starts COMMAND as a daemon and records it in BASE.pid.
process_start() {
  local base=$1 log=$2 pid
  shift 2
  # A daemon must not hold the caller's folder, pipe, terminal or lock.
  if has setsid; then
    (cd / && exec setsid "$@") </dev/null >>"$log" 2>&1 8>&- 9>&- &
  else
    (cd / && trap '' HUP && exec "$@") </dev/null >>"$log" 2>&1 8>&- 9>&- &
  fi
  pid=$!
  # The shell has nothing to say about its end.
  disown "$pid" 2>/dev/null || true
  process_birth "$pid" >"$base.birth" || true
  printf '%s\n' "$pid" >"$base.pid"
}

# process_alive BASE: the recorded process still runs.
process_alive() {
  local pid
  [[ -s $1.pid && -s $1.birth ]] || return 1
  pid=$(<"$1.pid")
  [[ $(process_birth "$pid") == "$(<"$1.birth")" ]]
}

process_gone() { ! process_alive "$1"; }

# process_stop BASE SECONDS: asks it to end, and after SECONDS ends it.
process_stop() {
  local pid
  if process_alive "$1"; then
    pid=$(<"$1.pid")
    # A stopped process would not see the TERM.
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    wait_until "$2" process_gone "$1" || process_kill "$1"
  fi
  rm -f "$1.pid" "$1.birth"
}

# process_kill BASE: ends it at once.
process_kill() {
  if process_alive "$1"; then
    kill -KILL "$(<"$1.pid")" 2>/dev/null || true
    wait_until 10 process_gone "$1" || warn "process $(<"$1.pid") does not end"
  fi
  rm -f "$1.pid" "$1.birth"
}

# processes_of TEXT NAME...: pids of processes that are called one of NAME (of which 15 characters
# count) and whose command line holds TEXT.
processes_of() {
  local text=$1 file pid name
  shift
  for file in /proc/[0-9]*/comm; do
    { name=$(<"$file"); } 2>/dev/null || continue
    case " $* " in
      *" $name "*)
        pid=${file#/proc/}
        pid=${pid%/comm}
        if [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$text"* ]]; then
          printf '%s\n' "$pid"
        fi
        ;;
    esac
  done
}

# process_children PID: pids of its children.
process_children() {
  local file stat
  for file in /proc/[0-9]*/stat; do
    { stat=$(<"$file"); } 2>/dev/null || continue
    # After the name: state, then the parent.
    if [[ ${stat##*) } == ?' '"$1 "* ]]; then
      printf '%s\n' "${stat%% *}"
    fi
  done
}

# process_kill_tree PID: ends it and its children at once.
process_kill_tree() {
  local child
  for child in $(process_children "$1"); do
    kill -KILL "$child" 2>/dev/null || true
  done
  kill -KILL "$1" 2>/dev/null || true
}
