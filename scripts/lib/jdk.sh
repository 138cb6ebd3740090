# shellcheck shell=bash
# Finding a JDK. Runs on macOS too, so: bash 3.2.

JDK_NEEDED=25

# jdk_feature HOME: its feature number, like 25. Fails if no Java is there.
jdk_feature() {
  local version='' line
  [[ -x $1/bin/java ]] || return 1
  # Reading the file takes no time; starting a virtual machine does, and any other program some.
  if [[ -r $1/release ]]; then
    while IFS= read -r line; do
      if [[ $line == JAVA_VERSION=\"* ]]; then
        version=${line#JAVA_VERSION=\"}
        version=${version%%[!0-9]*}
      fi
    done <"$1/release"
  fi
  if [[ -z $version ]]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  [[ -n $version ]] && printf '%s\n' "$version"
}

# jdk_suits HOME jre|jdk: new enough, and with a compiler if that is asked for.
jdk_suits() {
  local feature
  feature=$(jdk_feature "$1") || return 1
  ((feature >= JDK_NEEDED)) || return 1
  [[ $2 == jre || -x $1/bin/javac ]]
}

# jdk_candidates: folders to try, best first.
jdk_candidates() {
  local path
  if [[ -n ${JAVA_HOME:-} ]]; then
    printf '%s\n' "$JAVA_HOME"
  fi
  if [[ -x /usr/libexec/java_home ]]; then
    /usr/libexec/java_home -v "$JDK_NEEDED+" 2>/dev/null || true
  elif path=$(command -v java); then
    # Links lead to HOME/bin/java.
    path=$(readlink -f "$path" 2>/dev/null || true)
    printf '%s\n' "${path%/bin/java}"
  fi
  for path in /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/nonexistent}"/.sdkman/candidates/java/*; do
    [[ ! -d $path ]] || printf '%s\n' "$path"
  done
}

# jdk_find jre|jdk: prints the home of one that suits. TALLYMAN_JAVA_HOME, if set, is the only one
# that is looked at.
jdk_find() {
  local home
  if [[ -n ${TALLYMAN_JAVA_HOME:-} ]]; then
    if jdk_suits "$TALLYMAN_JAVA_HOME" "$1"; then
      printf '%s\n' "$TALLYMAN_JAVA_HOME"
      return 0
    fi
    printf 'TALLYMAN_JAVA_HOME: %s (expected: the home of a JDK %s or newer)\n' \
      "$TALLYMAN_JAVA_HOME" "$JDK_NEEDED" >&2
    return 1
  fi
  while IFS= read -r home; do
    if jdk_suits "$home" "$1"; then
      printf '%s\n' "$home"
      return 0
    fi
  done < <(jdk_candidates)
  jdk_advice "$1" >&2
  return 1
}

# jdk_advice jre|jdk: how to get one on this system.
jdk_advice() {
  local what="JDK $JDK_NEEDED" id=
  [[ $1 == jdk ]] || what="Java $JDK_NEEDED"
  echo "Tallyman needs $what or newer, and none was found."
  if [[ -n ${JAVA_HOME:-} ]]; then
    echo "  JAVA_HOME is $JAVA_HOME, with version: $(jdk_feature "$JAVA_HOME" || echo none)"
  fi
  if [[ -r /etc/os-release ]]; then
    id=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' /etc/os-release | tr '\n"' '  ')
  fi
  case "$(uname -s) $id" in
    Darwin*) echo "  Install it:  brew install openjdk@$JDK_NEEDED" ;;
    *debian* | *ubuntu*)
      # Not every release has it.
      if apt-cache show "openjdk-$JDK_NEEDED-jdk-headless" >/dev/null 2>&1; then
        echo "  Install it:  sudo apt-get install openjdk-$JDK_NEEDED-jdk-headless"
      fi
      ;;
    *fedora* | *rhel*) echo "  Install it:  sudo dnf install java-$JDK_NEEDED-openjdk-devel" ;;
    *) ;;
  esac
  echo "  Unpack any build of OpenJDK $JDK_NEEDED (Eclipse Temurin is one) and point JAVA_HOME at it."
}
