# shellcheck shell=bash
# A private Podman API service. Under DATA/podman and RUN/podman, with its own configuration, default
# network and addresses. Uses DATA, RUN, ID, BLOCK of scripts/engines.

podman_socket() { printf '%s\n' "$RUN/podman.sock"; }

podman_network() { printf 'tlm%s\n' "$ID"; }

podman_missing() {
  has podman || say podman
  has conmon || [[ -x /usr/libexec/podman/conmon ]] || say conmon
  podman_netavark >/dev/null || say netavark
  has runc || has crun || say runc
  ! host_cgroups_hybrid || has runc || say runc
}

podman_netavark() {
  local file
  for file in /usr/lib/podman/netavark /usr/libexec/podman/netavark \
    /usr/local/libexec/podman/netavark; do
    if [[ -x $file ]]; then
      say "$file"
      return 0
    fi
  done
  return 1
}

podman_packages() {
  case $(package_manager) in
    apt)
      say podman crun runc conmon netavark aardvark-dns iptables iproute2 uidmap slirp4netns \
        fuse-overlayfs
      ;;
    dnf) say podman crun runc conmon netavark aardvark-dns iptables-nft iproute fuse-overlayfs ;;
    *) ;;
  esac
}

podman_prepare() {
  local own version
  own=$DATA/podman
  version=$(podman --version)
  case ${version##* } in
    [0-3].* | 4.[0-2].*)
      say "Podman ${version##* } is too old (expected: 4.3 or newer)"
      return 1
      ;;
  esac
  mkdir -p "$own/networks" "$RUN/podman"
  podman_containers_conf >"$own/containers.conf"
  podman_storage_conf >"$own/storage.conf"
  podman_registries_conf >"$own/registries.conf"
  if [[ $(id -u) == 0 ]]; then
    podman_default_network >"$own/networks/$(podman_network).json"
  fi
}

# Only what this host forces upon it differs from the defaults.
podman_containers_conf() {
  local files tasks
  echo '[containers]'
  if ! host_can_raise_limits; then
    # The defaults lie above what a process may set here. What is passed on to a container may be
    # lower than our own limit, so stay well below it.
    files=$(host_limit n 16384)
    tasks=$(host_limit u 4096)
    echo "default_ulimits = [\"nofile=$files:$files\", \"nproc=$tasks:$tasks\"]"
  fi
  echo '[engine]'
  echo "volume_path = \"$DATA/podman/volumes\""
  if ! host_runs_systemd; then
    echo 'cgroup_manager = "cgroupfs"'
    echo 'events_logger = "file"'
  fi
  if [[ $(id -u) != 0 ]]; then
    # Containers see this host's loopback address as 10.0.2.2.
    echo 'network_cmd_options = ["allow_host_loopback=true"]'
  fi
  if host_cgroups_hybrid; then
    # crun refuses the hybrid layout.
    echo 'runtime = "runc"'
  fi
  echo '[network]'
  echo 'network_backend = "netavark"'
  echo "network_config_dir = \"$DATA/podman/networks\""
  if [[ $(id -u) != 0 && $(podman --version) != *' 4.'* ]]; then
    echo 'pasta_options = ["--map-host-loopback", "10.0.2.2"]'
  fi
  if [[ $(id -u) == 0 ]]; then
    # Firewall chains are named after the network: a name of our own keeps them apart.
    echo "default_network = \"$(podman_network)\""
    echo "default_subnet_pools = [{\"base\" = \"10.$BLOCK.192.0/18\", \"size\" = 24}]"
  fi
}

podman_storage_conf() {
  local driver=overlay program=
  if [[ $(stat -f -c %T "$DATA") == overlayfs ]]; then
    # An overlay cannot lie on an overlay, as in a container, but by FUSE.
    if has fuse-overlayfs && [[ -c /dev/fuse ]]; then
      program=$(command -v fuse-overlayfs)
    else
      driver=vfs
    fi
  fi
  cat <<TOML
[storage]
driver = "$driver"
graphroot = "$DATA/podman/storage"
rootless_storage_path = "$DATA/podman/storage"
runroot = "$RUN/run"
TOML
  if [[ -n $program ]]; then
    printf '[storage.options.overlay]\nmount_program = "%s"\n' "$program"
  fi
}

# The host's registries, and without TLS those on the loopback, which Docker allows by itself.
podman_registries_conf() {
  [[ ! -r /etc/containers/registries.conf ]] || cat /etc/containers/registries.conf
  printf '\n[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n'
}

podman_default_network() {
  cat <<JSON
{
  "name": "$(podman_network)",
  "id": "$(printf '%s' "$ID" | sha256sum | cut -d' ' -f1)",
  "driver": "bridge",
  "network_interface": "$(podman_network)p",
  "created": "2026-01-01T00:00:00Z",
  "subnets": [{"subnet": "10.$BLOCK.128.0/24", "gateway": "10.$BLOCK.128.1"}],
  "ipv6_enabled": false,
  "internal": false,
  "dns_enabled": false,
  "ipam_options": {"driver": "host-local"}
}
JSON
}

# podman_command: prints the words, a line each, that run Podman with the private configuration
# and no other.
podman_command() {
  printf '%s\n' env -u CONTAINER_HOST -u CONTAINER_CONNECTION -u CONTAINERS_CONF_OVERRIDE \
    "CONTAINERS_CONF=$DATA/podman/containers.conf" \
    "CONTAINERS_STORAGE_CONF=$DATA/podman/storage.conf" \
    "CONTAINERS_REGISTRIES_CONF=$DATA/podman/registries.conf"
  if [[ $(id -u) != 0 ]]; then
    # Name spaces that all rootless Podmans of a user share are found under this folder.
    mkdir -p "$RUN/xdg"
    printf '%s\n' "XDG_RUNTIME_DIR=$RUN/xdg" "XDG_DATA_HOME=$DATA/podman/share"
    if [[ -S ${XDG_RUNTIME_DIR:-}/bus ]]; then
      printf '%s\n' \
        "DBUS_SESSION_BUS_ADDRESS=${DBUS_SESSION_BUS_ADDRESS:-unix:path=$XDG_RUNTIME_DIR/bus}"
    fi
  fi
  printf '%s\n' podman --tmpdir "$RUN/podman"
}

podman_start() {
  local command
  mapfile -t command < <(podman_command)
  process_start "$RUN/podman" "$DATA/logs/podman.log" "${command[@]}" \
    system service --time 0 "unix://$(podman_socket)"
}

podman_halt() {
  process_stop "$RUN/podman" 10
}

# podman_down: removes everything of it, whatever state it is in.
podman_down() {
  local pid name command
  process_kill "$RUN/podman"
  if has podman && [[ -f $DATA/podman/containers.conf ]]; then
    # Also gives back the locks that all Podmans of a user share, and the firewall rules.
    mapfile -t command < <(podman_command)
    timeout -k 5 120 "${command[@]}" rm --all --force --time 0 >/dev/null 2>&1 \
      || warn "podman could not remove all its containers; ending them by force"
    if [[ $(id -u) != 0 ]]; then
      # Files in a layer belong to other users of its name space.
      "${command[@]}" unshare rm -rf "$DATA/podman/storage" >/dev/null 2>&1 || true
    fi
  fi
  for name in "$RUN/" "$DATA/podman/"; do
    for pid in $(processes_of "$name" conmon aardvark-dns slirp4netns rootlessport pasta \
      fuse-overlayfs podman catatonit); do
      process_kill_tree "$pid"
    done
  done
  if [[ $(id -u) == 0 ]]; then
    for name in $(ip -o -4 address show | awk -v p="10.$BLOCK." 'index($4, p) == 1 {print $2}'); do
      [[ $name == "$(podman_network)p" || $name == podman* ]] && ip link delete "$name"
    done
  fi
  # Without root a process holds the name spaces.
  for name in "$RUN/podman/pause.pid" "$RUN/xdg/libpod/tmp/pause.pid"; do
    [[ ! -f $name ]] || kill -KILL "$(<"$name")" 2>/dev/null || true
  done
  data_delete "$DATA/podman" "$RUN/podman" "$RUN/run" "$RUN/xdg" "$(podman_socket)"
}
