# shellcheck shell=bash
# Deleting what a dead engine leaves.

# data_delete PATH...: deletes them with all that is mounted below.
data_delete() {
  local path mounted
  for path in "$@"; do
    # Last mounted first. The field has spaces as \040.
    awk -v p="$path" '$5 == p || index($5, p "/") == 1 {print $5}' /proc/self/mountinfo \
      | tac | while read -r mounted; do
        umount -l "$(printf '%b' "$mounted")" 2>/dev/null || true
      done
  done
  rm -rf -- "$@"
}

# cgroups_delete NAME: the control groups /NAME of every hierarchy, with all below, once empty.
cgroups_delete() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
    if [[ -d $root/$1 ]]; then
      wait_until 5 cgroup_delete "$root/$1" || warn "control group $root/$1 is still in use"
    fi
  done
}

cgroup_delete() {
  find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
  [[ ! -d $1 ]]
}
