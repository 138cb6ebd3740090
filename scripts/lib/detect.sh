# shellcheck shell=bash
# Finding a container engine that runs already. Runs on macOS too, so: bash 3.2.

# engine_candidates: sockets where engines usually listen, best first, a line each. The agent looks
# at the same ones.
engine_candidates() {
  local socket
  for socket in "${DOCKER_HOST:-}" "${CONTAINER_HOST:-}"; do
    [[ $socket != unix://* ]] || printf '%s\n' "${socket#unix://}"
  done
  for socket in "${XDG_RUNTIME_DIR:-/nonexistent}/podman/podman.sock" \
    /run/podman/podman.sock /var/run/docker.sock \
    "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock" "$HOME/.docker/run/docker.sock" \
    "$HOME/.orbstack/run/docker.sock" "$HOME"/.colima/*/docker.sock \
    "$HOME/.rd/docker.sock" "$HOME"/.lima/*/sock/docker.sock \
    "$HOME"/.local/share/containers/podman/machine/*.sock \
    "${TMPDIR:-/tmp}"/podman/*-api.sock; do
    printf '%s\n' "$socket"
  done
}

# engine_find: prints the first socket behind which an engine answers. Fails if there is none.
engine_find() {
  local socket
  while IFS= read -r socket; do
    if engine_answers "$socket"; then
      printf '%s\n' "$socket"
      return 0
    fi
  done < <(engine_candidates)
  return 1
}

# engine_kind SOCKET: podman or docker.
engine_kind() {
  case $(engine_api "$1" GET /version 10) in
    *Podman*) say podman ;;
    *) say docker ;;
  esac
}

# engine_version SOCKET
engine_version() {
  engine_api "$1" GET /version 10 | sed -nE 's/.*"Version" *: *"([^"]*)","ApiVersion".*/\1/p'
}

# engine_rootless SOCKET: it runs without root, so this host's bridge addresses are not its own.
engine_rootless() {
  [[ $(engine_api "$1" GET /info 10) == *name=rootless* ]] \
    || [[ $(engine_api "$1" GET /v4.0.0/libpod/info 10) =~ \"rootless\"\ ?:\ ?true ]]
}

# engine_containers SOCKET LABEL...: ids of all containers that have these labels.
engine_containers() {
  local socket=$1 labels
  shift
  labels=$(printf '"%s",' "$@")
  engine_api "$socket" GET /containers/json 20 -G --data all=1 \
    --data-urlencode "filters={\"label\":[${labels%,}]}" | grep -oE '"Id":"[0-9a-f]{64}"' \
    | cut -d'"' -f4 || true
}
