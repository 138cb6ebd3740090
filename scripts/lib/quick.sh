# shellcheck shell=bash
# The steps of ./quickstart. Runs on macOS too, so: bash 3.2. Uses HERE of ./quickstart.

HELLO_IMAGE=localhost/tallyman-hello:1
WEB_PORT=8088
METRICS_PORT=9770
WATCHER=

quick_paths() {
  local id
  STATE=$HERE/.quickstart
  # The name marks what is ours in an engine that others use too.
  id=$(printf '%s' "$HERE" | cksum | cut -d' ' -f1)
  NODE=quickstart-$((id % 10000))
  RUN=$STATE/run
  # A socket's path may have about 100 characters.
  ((${#RUN} <= 70)) || RUN=/tmp/tallyman-quickstart-$id
}

# quick_alone: claims the state folder, unless a run that still goes on has it.
quick_alone() {
  [[ -d $STATE ]] || return 0
  ! process_alive "$STATE/quickstart"
}

quick_runs() {
  [[ -f $STATE/ready ]] && process_alive "$RUN/control-plane" && process_alive "$RUN/agent"
}

quick_begin() {
  JAVA_HOME=$(jdk_find jdk)
  export JAVA_HOME
  if [[ -d $STATE ]]; then
    say "found what an earlier run left: removing it"
    quick_remove
  fi
  mkdir -p "$STATE/logs"
  chmod 700 "$STATE"
  if [[ ! -d $RUN ]]; then
    mkdir -m 700 "$RUN"
  fi
  [[ -O $RUN ]] || die "$RUN belongs to somebody else"
  process_birth "$$" >"$STATE/quickstart.birth"
  printf '%s\n' "$$" >"$STATE/quickstart.pid"
}

tallyman() {
  TALLYMAN_SERVER=unix:$RUN/control-plane.sock "$HERE/bin/tallyman" "$@"
}

quick_build() {
  say "Java: $JAVA_HOME"
  if quick_built; then
    say "already built"
    return
  fi
  maven_find
  say "building; the first time this fetches libraries and takes a few minutes"
  # Like a daemon, so that a later run can end it if this one is killed.
  process_start "$RUN/build" "$STATE/logs/build.log" \
    mvn -B -q -f "$HERE/pom.xml" -DskipTests package
  wait_until 3600 process_gone "$RUN/build" || die "the build has not ended after an hour"
  quick_built || {
    grep -v '^WARNING' "$STATE/logs/build.log" | tail -n 30 >&2
    die "the build failed"
  }
}

# quick_built: no source is younger than what was built from it.
quick_built() {
  local jar
  jar=$(find "$HERE/cli/target/dist/lib" -name 'tallyman-cli-*.jar' 2>/dev/null | head -n 1)
  [[ -n $jar ]] && [[ -z $(find "$HERE"/pom.xml "$HERE"/*/pom.xml "$HERE"/*/src -newer "$jar" \
    -not -path '*/src/test/*' -type f | head -n 1) ]]
}

# --- engine: STATE/engine holds its socket

quick_socket() { cat "$STATE/engine"; }

quick_engine() {
  local socket
  while IFS= read -r socket; do
    if engine_answers "$socket" && quick_take "$socket"; then
      return 0
    fi
  done < <(engine_candidates)
  [[ $(uname -s) == Linux ]] || die "no container engine runs. Start one (OrbStack, Docker Desktop, \
Colima, Rancher Desktop or podman machine) and run ./quickstart again."
  say "no engine that can be used runs: starting a private one"
  quick_private_engine || die "no engine can be used here"
}

# quick_take SOCKET: uses this engine, if containers run there.
quick_take() {
  local why
  say "found $(engine_kind "$1") $(engine_version "$1") at $1"
  if [[ $(uname -s) == Linux && ! -d $STATE/engines ]] && engine_rootless "$1"; then
    say "  not used: it is rootless, so the caller could not reach the web server through the host"
    return 1
  fi
  if ! image_present "$1" "$HELLO_IMAGE"; then
    # Written first: what is not there can be removed as well.
    printf '%s\n' "$1" >"$STATE/image"
    quick_image "$1" || return 1
  fi
  printf '%s\n' "$1" >"$STATE/engine"
  if ! why=$(engine_run "$1" "$HELLO_IMAGE" '["ip","route"]'); then
    say "  not used: $why"
    image_delete "$1" "$HELLO_IMAGE"
    rm -f "$STATE/engine" "$STATE/image"
    return 1
  fi
  printf '%s\n' "$why" | awk '/^default/ {print $3; exit}' >"$STATE/gateway"
}

# quick_image SOCKET: brings the example's image, without a registry where that is possible.
quick_image() {
  local answer
  if [[ $(uname -s) == Linux ]] && image_bring "$1" "$HELLO_IMAGE" "$STATE/image-work"; then
    return 0
  fi
  say "  pulling busybox:stable"
  if answer=$(engine_api "$1" POST '/images/create?fromImage=busybox&tag=stable' 300) \
    && image_present "$1" busybox:stable; then
    engine_api "$1" POST "/images/busybox:stable/tag?repo=${HELLO_IMAGE%:*}&tag=1" 10 >/dev/null
    return 0
  fi
  warn "no image: $(api_reason "$answer")"
  warn "bring any small image with sh, httpd, nc and ip into the engine as $HELLO_IMAGE, and try again"
  return 1
}

# What is there is better than what would have to be installed, and this user better than root.
quick_private_engine() {
  if has podman && quick_start_engine --as-user podman; then
    return 0
  fi
  if has podman && [[ $(id -u) != 0 ]] && can_be_root && quick_start_engine podman; then
    return 0
  fi
  if has dockerd && can_be_root && quick_start_engine docker; then
    return 0
  fi
  ! has podman && quick_start_engine podman
}

# quick_start_engine [--as-user] ENGINE
quick_start_engine() {
  local engines=$HERE/scripts/engines socket
  if "$engines" up --dir "$STATE/engines" "$@"; then
    socket=$("$engines" env --dir "$STATE/engines" \
      | sed -nE "s/^export TALLYMAN_TEST_[A-Z]+='unix:\/\/(.*)'/\\1/p")
    if quick_take "$socket"; then
      return 0
    fi
  fi
  "$engines" down --dir "$STATE/engines"
  return 1
}

# --- daemons

quick_ports_free() {
  local port
  for port in "$WEB_PORT" "$METRICS_PORT"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      die "port $port on 127.0.0.1 is in use; ./quickstart needs it. End what listens there."
    fi
  done
}

quick_start_daemons() {
  quick_settings
  quick_start_daemon control-plane
  quick_start_daemon agent
  wait_until 60 node_is_ready || die "the agent's node did not get ready at the control plane"
}

# The agent is up before the control plane has heard of it and of its engine.
node_is_ready() { tallyman get nodes 2>/dev/null | grep -q " Ready "; }

# Files, so that neither the system's settings nor the environment's count here.
quick_settings() {
  local socket
  socket=$(quick_socket)
  cat >"$STATE/control-plane.yaml" <<YAML
listen: ["unix:$RUN/control-plane.sock"]
data-dir: "$STATE/control-plane"
YAML
  cat >"$STATE/agent.yaml" <<YAML
node: {name: $NODE}
state-dir: "$STATE/agent"
control-plane: "unix:$RUN/control-plane.sock"
node-socket: "$RUN/agent.sock"
metrics-listen: 127.0.0.1:$METRICS_PORT
runtimes: ["$(engine_kind "$socket")=unix://$socket"]
YAML
}

# quick_start_daemon NAME: with the settings in STATE/NAME.yaml and the socket RUN/NAME.sock.
quick_start_daemon() {
  process_start "$RUN/$1" "$STATE/logs/$1.log" \
    "$HERE/bin/tallyman" "$1" --config "$STATE/$1.yaml"
  wait_until 60 up_or_dead "$RUN/$1" || die "the $1 does not come up"
  process_alive "$RUN/$1" || die "the $1 ended"
  say "$1: pid $(<"$RUN/$1.pid")"
}

# up_or_dead BASE: its socket is there, or it has ended.
up_or_dead() { [[ -S $1.sock ]] || process_gone "$1"; }

# quick_manifest: the example, with this engine's address of the host, or without where it has none.
quick_manifest() {
  local gateway
  gateway=$(<"$STATE/gateway")
  if [[ $(uname -s) != Linux || -z $gateway ]] || engine_rootless "$(quick_socket)"; then
    sed '/hostIp: 172\.17\.0\.1/d' "$HERE/examples/hello/hello.yaml" >"$STATE/hello.yaml"
  else
    sed "s/172\\.17\\.0\\.1/$gateway/" "$HERE/examples/hello/hello.yaml" >"$STATE/hello.yaml"
  fi
}

# --- what can be seen

# cells COLUMN: each workload as NAME=VALUE, in the order of names, from one look at the table.
cells() {
  tallyman get workloads 2>/dev/null \
    | awk -v column="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR > 1 { printf "%s=%s ", $at["NAME"], $at[column] }'
}

page() { curl -s --max-time 2 "http://127.0.0.1:$WEB_PORT/" || true; }

# last_line NAME: the last that its container said.
last_line() {
  local id
  id=$(engine_containers "$(quick_socket)" "tallyman.node=$NODE" "tallyman.workload=$1" | head -n 1)
  [[ -z $id ]] || engine_api "$(quick_socket)" GET "/containers/$id/logs" 5 -G --data stdout=1 \
    --data tail=1 | LC_ALL=C tr -cd '[:print:]\n'
}

# quick_watch: shows the table as it changes, until quick_watch_end.
quick_watch() {
  local input=/dev/null
  # It draws in place only if it has the terminal whole.
  if [[ -t 0 && -t 1 ]]; then
    input=/dev/tty
  fi
  # Not by the function above: the shell in between would be what is ended.
  TALLYMAN_SERVER=unix:$RUN/control-plane.sock "$HERE/bin/tallyman" get workloads --watch \
    <"$input" &
  WATCHER=$!
}

quick_watch_end() {
  if [[ -n $WATCHER ]]; then
    kill "$WATCHER" 2>/dev/null || true
    wait "$WATCHER" 2>/dev/null || true
    WATCHER=
  fi
}

# --- removal

quick_delete_workloads() {
  tallyman delete -f "$STATE/hello.yaml" || return 1
  wait_until 60 no_containers
}

no_containers() { [[ -z $(engine_containers "$(quick_socket)" "tallyman.node=$NODE") ]]; }

quick_remove() {
  quick_take_down
  rm -rf "$STATE"
}

# quick_take_down: ends and deletes everything but the logs, in whatever state it is.
quick_take_down() {
  local id socket=
  quick_watch_end
  process_stop "$RUN/build" 10
  [[ ! -f $STATE/engine ]] || socket=$(quick_socket)
  if [[ -f $STATE/hello.yaml ]] && process_alive "$RUN/control-plane" \
    && process_alive "$RUN/agent" && ! no_containers; then
    quick_delete_workloads >/dev/null 2>&1 || warn "removing the containers by force"
  fi
  process_stop "$RUN/agent" 15
  process_stop "$RUN/control-plane" 15
  if [[ -n $socket ]] && engine_answers "$socket"; then
    for id in $(engine_containers "$socket" "tallyman.node=$NODE"); do
      engine_api "$socket" DELETE "/containers/$id?force=1" 30 >/dev/null || true
    done
  fi
  if [[ -f $STATE/image ]] && engine_answers "$(<"$STATE/image")"; then
    image_delete "$(<"$STATE/image")" "$HELLO_IMAGE"
  fi
  if [[ -d $STATE/engines ]]; then
    "$HERE/scripts/engines" down --dir "$STATE/engines" || warn "the private engine is not gone"
  fi
  rm -rf "$RUN"
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name logs -exec rm -rf {} +
}

quick_last_words() {
  local log
  for log in control-plane agent; do
    if [[ -s $STATE/logs/$log.log ]]; then
      warn "the last lines of $log.log:"
      tail -n 5 "$STATE/logs/$log.log" | cut -c1-300 >&2
    fi
  done
}
