# shellcheck shell=bash
# The Docker Engine API over a unix socket, by curl.

# engine_api SOCKET METHOD PATH SECONDS [CURL-OPTION...]: prints the answer's body. Fails on an
# error status too; the body then says why.
engine_api() {
  local socket=$1 method=$2 path=$3 seconds=$4 out
  shift 4
  out=$(curl -sS --max-time "$seconds" --unix-socket "$socket" -X "$method" \
    -w '\n%{http_code}' "$@" "http://localhost$path" 2>&1 | tr -d '\000') || {
    printf '%s\n' "${out%$'\n'*}"
    return 1
  }
  printf '%s\n' "${out%$'\n'*}"
  [[ ${out##*$'\n'} == [23]* ]]
}

# engine_answers SOCKET: an engine is alive there.
engine_answers() {
  [[ -S $1 ]] && [[ $(engine_api "$1" GET /_ping 2 2>/dev/null) == OK ]]
}

# api_reason ANSWER: what an engine's error says, in one line.
api_reason() {
  local message
  message=$(printf '%s\n' "$1" | sed -nE 's/.*"message":"(([^"\\]|\\.)*)".*/\1/p')
  printf '%s\n' "${message:-$1}" | sed -E 's/\\+n/ /g; s/\\+"/"/g' | tr -s '\n ' ' '
}

# json_word KEY: a string value of KEY in the JSON on standard input.
json_word() { sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\\([^\"]*\\)\".*/\\1/p"; }

# engine_run SOCKET IMAGE COMMAND: runs one container to its end and prints what it said. COMMAND is
# a JSON list. If that does not work, prints why and fails.
engine_run() {
  local socket=$1 answer id status=0
  answer=$(engine_api "$socket" POST /containers/create 30 -H 'Content-Type: application/json' \
    -d "{\"Image\":\"$2\",\"Cmd\":$3,\"Tty\":true}") || {
    say "cannot create a container: $(api_reason "$answer")"
    return 1
  }
  id=$(printf '%s\n' "$answer" | json_word Id)
  if ! answer=$(engine_api "$socket" POST "/containers/$id/start" 60); then
    say "cannot start a container: $(api_reason "$answer")"
    status=1
  elif ! answer=$(engine_api "$socket" POST "/containers/$id/wait" 30) \
    || [[ $answer != *'"StatusCode":0'* ]]; then
    say "a container did not end as it should: $(api_reason "$answer")"
    status=1
  else
    engine_api "$socket" GET "/containers/$id/logs?stdout=1" 10 | tr -d '\r'
  fi
  engine_api "$socket" DELETE "/containers/$id?force=1" 30 >/dev/null || true
  return "$status"
}
