# Sourced by the scripts beside it: finds JDK 25 and the root of the checkout.
# Sets: root, JAVA_HOME.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

find_jdk25() {
  local candidate javac
  javac=$(command -v javac || true)
  [ -n "$javac" ] && javac=$(readlink -f "$javac")
  for candidate in "${JAVA_HOME:-}" "${JDK_25:-}" "${javac%/bin/javac}" \
    /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/*25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/*jdk*25*; do
    if [ -n "$candidate" ] && is_jdk25 "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

if ! JAVA_HOME=$(find_jdk25); then
  echo "v6cert needs a JDK 25: install openjdk-25-jdk-headless or temurin-25-jdk (or set JAVA_HOME to one)." >&2
  exit 69
fi
export JAVA_HOME
PATH=$JAVA_HOME/bin:$PATH
export PATH

# Maven 3.8's own libraries make JDK 25 warn about sun.misc.Unsafe; that is not ours to show.
export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
