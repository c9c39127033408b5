# Sourced by the scripts beside it. Sets root (the top of the checkout) and JAVA_HOME (a JDK 25), and
# answers --help with the comment at the head of the script. Needs nothing of the environment: timers of
# systemd and cron set little of it.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# scripts/v6cert hands its words on to the program.
if [ "${1:-}" = --help ] && [ "${0##*/}" != v6cert ]; then
  sed -n '2,${/^#/!q; s/^# \{0,1\}//; p;}' "$0"
  exit 0
fi

# A timer has no home. Maven, Go and others keep their libraries there.
export HOME=${HOME:-~}

# Ordinary users of Debian have no sbin on their path, and ip, unbound and others live there.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

find_jdk25() {
  local candidate javac user home=$HOME
  # Under sudo HOME is root's, and a timer has none; the JDK is perhaps that of the checkout's owner.
  if [ "$(id -u)" = 0 ]; then
    user=${SUDO_USER:-$(stat -c %U "$root" 2>/dev/null || stat -f %Su "$root")}
    if [[ $user =~ ^[a-z_][a-z0-9_-]*$ ]]; then home=$(eval "echo ~$user"); fi
  fi
  javac=$(command -v javac || true)
  [ -n "$javac" ] && javac=$(readlink -f "$javac")
  for candidate in "${JAVA_HOME:-}" "${JDK_25:-}" "${javac%/bin/javac}" \
    /usr/lib/jvm/*25* "$home"/.sdkman/candidates/java/25* "$home"/.jdks/*25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/*jdk*25*; do
    if [ -n "$candidate" ] && is_jdk25 "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

if ! JAVA_HOME=$(find_jdk25); then
  echo "v6cert needs a JDK 25: install the package openjdk-25-jdk-headless or temurin-25-jdk, or set JAVA_HOME to one." >&2
  exit 69
fi
export JAVA_HOME
PATH=$JAVA_HOME/bin:$PATH
export PATH

# Runs Maven on JDK 25; its old libraries' use of sun.misc.Unsafe is not ours to warn about.
maven() {
  if ! command -v mvn >/dev/null; then
    echo "v6cert is built with Maven 3.8.7 or newer: install the package maven." >&2
    exit 69
  fi
  (cd "$root" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn "$@")
}

# need COMMAND:PACKAGE...  Makes sure that the commands are there. As root on Debian it installs
# the packages that are missing, and says so; else it says in one line what to install, and fails.
need() {
  local pair log
  local -a packages=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}")
  done
  [ ${#packages[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing on this machine; install with: apt-get install ${packages[*]}" >&2
    return 1
  fi
  echo "Installing with apt-get: ${packages[*]}" >&2
  log=$(mktemp)
  if ! { install_packages "${packages[@]}" ||
    { apt-get update -qq && install_packages "${packages[@]}"; }; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# The tests start the servers that they need themselves; a service that a package brings (a
# resolver on port 53, say) is neither started nor enabled.
install_packages() {
  local policy=/usr/sbin/policy-rc.d ours='' status=0
  if [ ! -e $policy ]; then
    ours=$policy
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends "$@" || status=$?
  [ -z "$ours" ] || rm -f $policy
  if command -v systemctl >/dev/null; then
    systemctl disable --quiet "$@" 2>/dev/null || :
  fi
  return $status
}

# The SHA-256 of standard input, in hexadecimal, by whichever tool there is.
sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# make_cache DIR JAVA_HOME TIER [OPTION...]: makes a cache of loaded classes in DIR/lib/cache, where
# bin/v6cert looks for it, if it is not there. The options are those of lib/make-cache.
make_cache() {
  local app=$1 java_home=$2 tier=$3 stem
  shift 3
  read -r stem <"$app/lib/id"
  if [ ! -d "$app/runtime" ]; then
    stem=$stem-$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$java_home/release")
  fi
  [ -f "$app/lib/cache/$tier-$stem.aot" ] ||
    "$app/lib/make-cache" "$java_home" "$app" "$tier" "$app/lib/cache/$tier-$stem.aot" "$@"
}

# assemble DIR: makes what was built there, with the jars in DIR/lib, a directory that v6cert runs
# from. DIR/lib/id is for the caches of loaded classes: it tells these jars from all others.
assemble() {
  mkdir -p "$1/bin"
  cp -p "$root/cli/src/main/launcher/v6cert" "$1/bin/v6cert"
  cp -p "$root/cli/src/main/launcher/make-cache" "$1/lib/make-cache"
  "$JAVA_HOME/bin/java" "$root/scripts/LeanJars.java" "$1"/lib/*.jar
  cat "$1"/lib/*.jar | sha256 | cut -c1-16 >"$1/lib/id"
}
