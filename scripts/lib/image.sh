# shellcheck shell=bash
# A tiny image for any engine that speaks the Docker Engine API, made without a registry: the
# distribution's static busybox, one link per applet, CMD sh.

# image_busybox WORKDIR: path of a static busybox, fetched from the distribution when missing.
# Nothing is installed: the package is only unpacked.
image_busybox() {
  local candidate
  for candidate in /bin/busybox /usr/bin/busybox /usr/sbin/busybox /sbin/busybox \
    "$1"/busybox/bin/busybox "$1"/busybox/usr/bin/busybox; do
    if image_is_static "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  image_fetch_busybox "$1" >&2 || return 1
  for candidate in "$1"/busybox/bin/busybox "$1"/busybox/usr/bin/busybox \
    /usr/sbin/busybox /sbin/busybox; do
    if image_is_static "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# image_is_static FILE: a Linux program that needs no libraries.
image_is_static() {
  [[ -x $1 && $(uname -s) == Linux ]] && ! ldd "$1" >/dev/null 2>&1
}

image_fetch_busybox() {
  case $(package_manager) in
    apt)
      say "fetching the package busybox-static from the distribution (unpacked, not installed)"
      mkdir -p "$1/busybox"
      (
        cd "$1/busybox" || exit
        apt-get -qq download busybox-static >/dev/null 2>&1 \
          || { as_root apt-get -qq update >/dev/null && apt-get -qq download busybox-static; }
        dpkg-deb -x busybox-static_*.deb .
      )
      ;;
    dnf) packages_install busybox ;;
    *) return 1 ;;
  esac
}

# image_archive BUSYBOX REFERENCE WORKDIR: writes WORKDIR/image.tar, as `docker load` reads it. The
# same busybox gives the same image id.
image_archive() {
  local busybox=$1 reference=$2 work=$3 layer config arch
  rm -rf "$work/root" "$work/archive"
  mkdir -p "$work/root/bin" "$work/root/etc" "$work/root/tmp" "$work/root/root" "$work/archive"
  cp "$busybox" "$work/root/bin/busybox"
  chmod 755 "$work/root/bin/busybox"
  (
    cd "$work/root/bin" || exit
    ./busybox --list | while read -r applet; do
      [[ $applet == busybox ]] || ln -s busybox "$applet"
    done
  )
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' \
    >"$work/root/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' >"$work/root/etc/group"
  chmod 1777 "$work/root/tmp"
  image_tar "$work/root" "$work/archive/layer.tar"
  layer=$(image_sha256 "$work/archive/layer.tar")
  case $(uname -m) in
    x86_64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) arch=$(uname -m) ;;
  esac
  cat >"$work/archive/config.json" <<JSON
{"architecture":"$arch","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created":"1970-01-01T00:00:00Z"}]}
JSON
  config=$(image_sha256 "$work/archive/config.json")
  mv "$work/archive/config.json" "$work/archive/$config.json"
  cat >"$work/archive/manifest.json" <<JSON
[{"Config":"$config.json","RepoTags":["$reference"],"Layers":["layer.tar"]}]
JSON
  image_tar "$work/archive" "$work/image.tar"
  rm -rf "$work/root" "$work/archive"
}

# image_tar FOLDER FILE: without the owner, times and order of this machine.
image_tar() {
  tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$2" .
}

image_sha256() {
  if has sha256sum; then
    sha256sum "$1" | cut -d' ' -f1
  else
    shasum -a 256 "$1" | cut -d' ' -f1
  fi
}

# image_bring SOCKET REFERENCE WORKDIR: makes the tiny image and loads it into the engine there.
image_bring() {
  local socket=$1 reference=$2 work=$3 busybox answer
  if image_present "$socket" "$reference"; then
    return 0
  fi
  mkdir -p "$work"
  busybox=$(image_busybox "$work") || {
    warn "no static busybox is here and none can be fetched"
    return 1
  }
  image_archive "$busybox" "$reference" "$work"
  answer=$(engine_api "$socket" POST /images/load 120 \
    -H 'Content-Type: application/x-tar' --data-binary @"$work/image.tar") || {
    warn "the engine at $socket did not take the image: $(api_reason "$answer")"
    return 1
  }
  rm -rf "$work/image.tar" "$work/busybox"
  # An engine that answers 200 may have failed all the same.
  image_present "$socket" "$reference" || {
    warn "the engine at $socket did not keep the image: $(api_reason "$answer")"
    return 1
  }
}

# image_present SOCKET REFERENCE
image_present() { engine_api "$1" GET "/images/$2/json" 10 >/dev/null; }

# image_delete SOCKET REFERENCE: succeeds too if it is not there.
image_delete() { engine_api "$1" DELETE "/images/$2?force=1" 30 >/dev/null || true; }
