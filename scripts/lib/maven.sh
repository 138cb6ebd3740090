# shellcheck shell=bash
# Finding Maven, or installing the distribution's. Runs on macOS too, so: bash 3.2.

# maven_find: makes `mvn` usable, installing it if that is possible; JAVA_HOME must be set.
maven_find() {
  local version
  # Maven's own libraries do what a new JDK warns of.
  export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  if ! has mvn; then
    if [[ $(package_manager) == none ]]; then
      die "Maven is missing (expected: 3.8.6 or newer). Install it$(maven_advice)."
    fi
    packages_install maven || die "Maven is missing. Install the package maven."
  fi
  version=$(mvn -B -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
  case $version in
    3.8.[6-9]* | 3.8.[1-9][0-9]* | 3.9* | 3.[1-9][0-9]*) ;;
    '') die "mvn does not run: $(mvn -B -v 2>&1 | head -n 1)" ;;
    *) die "Maven: $version (expected: 3.8.6 or newer, below 4)" ;;
  esac
}

maven_advice() {
  [[ $(uname -s) != Darwin ]] || printf ':  brew install maven'
}
