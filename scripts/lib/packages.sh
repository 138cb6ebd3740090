# shellcheck shell=bash
# Installing what is missing from the distribution: Debian and Ubuntu (apt-get), Fedora (dnf).

# as_root COMMAND...: runs it as root, by sudo when need be. Without a terminal sudo must not ask.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif [[ -t 0 ]]; then
    sudo -- "$@"
  else
    sudo -n -- "$@"
  fi
}

# can_be_root: root already, or sudo works without a question, or there is someone to ask.
can_be_root() {
  [[ $(id -u) == 0 ]] && return 0
  has sudo || return 1
  sudo -n true 2>/dev/null || [[ -t 0 ]]
}

# package_manager: apt, dnf or none.
package_manager() {
  if has apt-get; then
    say apt
  elif has dnf; then
    say dnf
  else
    say none
  fi
}

# packages_install PACKAGE...: installs them, saying so. Fails if that is not possible here.
packages_install() {
  local manager
  manager=$(package_manager)
  if [[ $manager == none ]]; then
    warn "cannot install $*: neither apt-get nor dnf is here"
    return 1
  fi
  if ! can_be_root; then
    warn "cannot install $*: not root, and no sudo that works without a question"
    return 1
  fi
  say "installing from the distribution: $*"
  case $manager in
    apt) apt_install "$@" ;;
    dnf) as_root dnf -y -q install "$@" >/dev/null ;;
  esac
}

# A package must not start its service here: the engines that run are the ones asked for.
apt_install() (
  guard=/usr/sbin/policy-rc.d
  if [[ ! -e $guard ]]; then
    trap 'as_root rm -f "$guard"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$guard && chmod 755 $guard"
  fi
  # Package lists may be missing or stale: refresh them only if it does not work without.
  apt_get install "$@" >/dev/null 2>&1 \
    || { apt_get update >/dev/null && apt_get install "$@" >/dev/null; }
)

apt_get() {
  local verb=$1
  shift
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -y -qq --no-install-recommends "$verb" "$@" </dev/null
}
