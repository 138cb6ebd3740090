# shellcheck shell=bash
# What this Linux host can do, and what private engines share with everything else on it.

# host_can_raise_limits: CAP_SYS_RESOURCE (bit 24) is in force.
host_can_raise_limits() {
  local caps
  caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
  ((0x$caps >> 24 & 1))
}

# host_cgroups_hybrid: control groups of version 1, with version 2 mounted beside them.
host_cgroups_hybrid() {
  [[ -d /sys/fs/cgroup/unified && ! -f /sys/fs/cgroup/cgroup.controllers ]]
}

host_runs_systemd() { [[ -d /run/systemd/system ]]; }

# host_limit LETTER MOST: the hard limit, or MOST if that is lower.
host_limit() {
  local hard
  hard=$(ulimit -H"$1")
  if [[ $hard == unlimited ]] || ((hard > $2)); then
    hard=$2
  fi
  printf '%s\n' "$hard"
}

# host_free_block SEED: the second octet of a 10.N.0.0/16 that no route and no address uses.
host_free_block() {
  local used octet i
  used=$(ip -4 route show table all; ip -4 address show)
  for ((i = 0; i < 150; i++)); do
    octet=$((100 + (16#$1 + i) % 150))
    if ! grep -qE "[^0-9.]10\\.$octet\\." <<<" $used"; then
      printf '%s\n' "$octet"
      return 0
    fi
  done
  return 1
}

# The folder of one set of engines, under here, is also the claim on what the host shares: the last
# set to go puts that back as the first one found it. Held under host_lock.
host_folder() {
  if [[ $(id -u) == 0 ]]; then
    say /run/tallyman-engines
  elif [[ -n ${XDG_RUNTIME_DIR:-} ]]; then
    say "$XDG_RUNTIME_DIR/tallyman-engines"
  else
    say "/tmp/tallyman-engines-$(id -u)"
  fi
}

# host_lock: until this shell ends or host_unlock. A folder can be locked, so nothing is left behind.
host_lock() {
  local folder=/run
  [[ $(id -u) == 0 ]] || folder=/tmp
  exec 9<"$folder"
  flock -w 120 9 || die "another run holds the lock on $folder for more than 120 s"
}

host_unlock() { exec 9<&-; }

# host_claim NAME: makes the folder of a set, NAME, and prints it.
host_claim() {
  local all
  all=$(host_folder)
  if [[ ! -d $all ]]; then
    mkdir -p "$all"
    # Others may pass through to a folder that they were given, and see nothing.
    chmod 711 "$all"
    host_note >"$all/before"
  fi
  mkdir -p "$all/$1"
  chmod 700 "$all/$1"
  printf '%s\n' "$all/$1"
}

# host_note: what engines change for all, as it is now.
host_note() {
  printf 'ip_forward=%s\n' "$(cat /proc/sys/net/ipv4/ip_forward)"
  local path
  for path in "$(host_podman_lock)" /run/netns /run/runc /run/crun /run/containerd /run/containers \
    /run/docker /sys/fs/cgroup/*/libpod_parent; do
    [[ ! -e $path ]] || printf 'had=%s\n' "$path"
  done
  if [[ $(id -u) == 0 ]] && has iptables; then
    for path in $(iptables_chains NETAVARK); do
      printf 'had=%s\n' "$path"
    done
  fi
}

# host_podman_lock: what all Podmans of this user share.
host_podman_lock() {
  if [[ $(id -u) == 0 ]]; then
    say /dev/shm/libpod_lock
  else
    say "/dev/shm/libpod_rootless_lock_$(id -u)"
  fi
}

host_had() { grep -qxF "had=$2" "$1/before"; }

# iptables_chains PREFIX: TABLE/CHAIN of each chain whose name begins so.
iptables_chains() {
  local table
  for table in filter nat; do
    iptables -w 10 -t "$table" -S 2>/dev/null | sed -n "s|^-N \\($1[^ ]*\\).*|$table/\\1|p"
  done
}

# host_release FOLDER: the set is gone; the last one tidies up.
host_release() {
  local all
  all=$(host_folder)
  rm -rf "$1"
  if [[ -d $all ]] && [[ -z $(find "$all" -mindepth 1 -maxdepth 1 -type d) ]]; then
    host_restore "$all"
    rm -f "$all/before"
    rmdir "$all"
  fi
}

# host_restore FOLDER: undoes what our engines left in common places, if nobody else can need it.
host_restore() {
  local path
  # An engine that is not ours may have come to rely on any of this meanwhile.
  [[ -z $(processes_of '' dockerd conmon podman) ]] || return 0
  path=$(host_podman_lock)
  if ! host_had "$1" "$path"; then
    rm -f "$path"
  fi
  if [[ $(id -u) != 0 ]]; then
    return 0
  fi
  host_drop_chains "$1"
  if grep -qx 'ip_forward=0' "$1/before"; then
    printf '0\n' >/proc/sys/net/ipv4/ip_forward || true
  fi
  if ! host_had "$1" /run/netns && [[ -z $(find /run/netns -mindepth 1 2>/dev/null) ]]; then
    umount /run/netns 2>/dev/null || true
  fi
  if ! host_had "$1" /run/containers; then
    rm -rf /run/containers/networks
  fi
  for path in /run/netns /run/runc /run/crun /run/containerd/s /run/containerd \
    /run/containers /run/docker/plugins /run/docker \
    /sys/fs/cgroup/*/libpod_parent; do
    host_had "$1" "$path" || rmdir "$path" 2>/dev/null || true
  done
}

# host_drop_chains FOLDER: Podman's shared chains that were not there before.
host_drop_chains() {
  local chain table rule
  has iptables || return 0
  for chain in $(iptables_chains NETAVARK); do
    host_had "$1" "$chain" && continue
    table=${chain%%/*}
    while read -r rule; do
      # The comments in rules are quoted as for a shell.
      printf '%s\n' "$rule" | xargs iptables -w 10 -t "$table" || true
    done < <(iptables -w 10 -t "$table" -S \
      | sed -nE "/(-j|-A) ${chain#*/}( |\$)/s/^-A/-D/p")
  done
  for chain in $(iptables_chains NETAVARK); do
    host_had "$1" "$chain" || iptables -w 10 -t "${chain%%/*}" -X "${chain#*/}" 2>/dev/null || true
  done
}
