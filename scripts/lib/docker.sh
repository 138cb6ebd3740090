# shellcheck shell=bash
# A private dockerd with a containerd of its own. Under DATA/docker and RUN/docker; its bridge and
# addresses are its own, and it changes no firewall rule: two Docker daemons would undo each
# other's. Published ports work through its proxy; what it runs cannot reach the outside.
# Uses DATA, RUN, ID, BLOCK of scripts/engines.

docker_socket() { printf '%s\n' "$RUN/docker.sock"; }

docker_bridge() { printf 'tlm%s\n' "$ID"; }

# docker_missing: names what must be installed.
docker_missing() {
  has dockerd || say dockerd
  has containerd || say containerd
  has ip || say ip
}

docker_packages() {
  case $(package_manager) in
    apt) say docker.io containerd runc iptables iproute2 ;;
    dnf) say moby-engine containerd runc iptables-nft iproute ;;
    *) ;;
  esac
}

docker_prepare() {
  local own bridge
  own=$DATA/docker
  bridge=$(docker_bridge)
  mkdir -p "$own/containerd" "$RUN/docker"
  docker_containerd_config >"$own/containerd.toml"
  docker_daemon_config >"$own/daemon.json"
  if ! ip link show "$bridge" >/dev/null 2>&1; then
    ip link add name "$bridge" type bridge
    ip address add "10.$BLOCK.0.1/24" dev "$bridge"
    ip link set "$bridge" up
  fi
  docker_forward_rule -C 2>/dev/null || docker_forward_rule -I 2>/dev/null || true
}

# docker_forward_rule -C|-I|-D: where another engine made the host drop what it forwards, containers
# on one of our bridges would not reach each other.
docker_forward_rule() {
  iptables -w 10 "$1" FORWARD -s "10.$BLOCK.0.0/17" -d "10.$BLOCK.0.0/17" -j ACCEPT
}

docker_containerd_config() {
  cat <<TOML
version = 2
root = "$DATA/docker/containerd"
state = "$RUN/docker/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
[grpc]
  address = "$RUN/docker/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$DATA/docker/containerd/opt"
TOML
}

# The system's daemon.json must not be read. Docker 20.10 would put a key into /etc/docker.
docker_daemon_config() {
  if [[ $(dockerd --version) == *'version 20.'* ]]; then
    printf '{"deprecated-key-path": "%s"}\n' "$DATA/docker/key.json"
  else
    printf '{}\n'
  fi
}

docker_start() {
  local flags=()
  if ! host_runs_systemd; then
    # One parent for all its control groups, so that they can be found again.
    flags+=(--cgroup-parent "/tallyman-$ID")
  fi
  process_alive "$RUN/containerd" || process_start "$RUN/containerd" "$DATA/logs/containerd.log" \
    containerd --config "$DATA/docker/containerd.toml"
  wait_until 30 test -S "$RUN/docker/containerd.sock" || {
    say "containerd does not come up: $(tail -n 1 "$DATA/logs/containerd.log")"
    return 1
  }
  rm -f "$DATA/docker/dockerd.pid"
  process_start "$RUN/docker" "$DATA/logs/docker.log" dockerd \
    --config-file "$DATA/docker/daemon.json" \
    --data-root "$DATA/docker/data" --exec-root "$RUN/docker/exec" \
    --pidfile "$DATA/docker/dockerd.pid" -H "unix://$(docker_socket)" \
    --containerd "$RUN/docker/containerd.sock" \
    --bridge "$(docker_bridge)" --default-address-pool "base=10.$BLOCK.64.0/18,size=24" \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false "${flags[@]}"
}

# docker_halt: ends the daemon as an operator would; its containers end too.
docker_halt() {
  process_stop "$RUN/docker" 30
}

# docker_down: removes everything of it, whatever state it is in.
docker_down() {
  local pid name file sockets=()
  process_kill "$RUN/docker"
  # A shim's socket lies outside of our folders, under a name that only this file tells.
  for file in "$RUN"/docker/containerd/io.containerd.runtime.v2.task/*/*/address; do
    [[ ! -f $file ]] || sockets+=("$(sed 's|^unix://||' "$file")")
  done
  for pid in $(processes_of "$RUN/docker/containerd.sock" containerd-shim); do
    process_kill_tree "$pid"
  done
  for pid in $(processes_of " 10.$BLOCK." docker-proxy); do
    kill -KILL "$pid" 2>/dev/null || true
  done
  process_stop "$RUN/containerd" 10
  rm -f "${sockets[@]+"${sockets[@]}"}"
  for name in $(ip -o -4 address show | awk -v p="10.$BLOCK." 'index($4, p) == 1 {print $2}'); do
    [[ $name == "$(docker_bridge)" || $name == br-* ]] && ip link delete "$name"
  done
  while docker_forward_rule -D 2>/dev/null; do :; done
  data_delete "$DATA/docker" "$RUN/docker" "$(docker_socket)"
  cgroups_delete "tallyman-$ID"
}
