# Sourced by the tests of what is handed out (scripts/test-dist and those that it calls).
# shellcheck shell=bash

ok() { echo "ok: $1"; }

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# clean_debian DIRECTORY PACKAGES  A minimal Debian of the machine's release, with these packages (commas between).
clean_debian() {
  local log=$1.log
  debootstrap --variant=minbase ${2:+--include="$2"} "$(. /etc/os-release && echo "$VERSION_CODENAME")" \
    "$1" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    fail "no clean Debian"
  }
}

# until_true SECONDS COMMAND...  Runs it until it succeeds; fails when it did not in that time.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

# within MILLISECONDS COMMAND...  Runs it; fails when it fails, or takes longer.
within() {
  local most=$1 start
  shift
  start=$(date +%s%3N)
  "$@" >/dev/null || return
  [ $(($(date +%s%3N) - start)) -le "$most" ]
}

# only_cgroup2  In a mount namespace of its own: control groups in their unified form alone, which systemd
# and crun know how to live in, whatever the machine has. Where what is there is in use it stays below. Fails
# where the kernel has none.
only_cgroup2() {
  umount --recursive /sys/fs/cgroup 2>/dev/null || :
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
}
