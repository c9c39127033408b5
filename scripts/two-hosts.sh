# Sourced by scripts that show or measure the whole mission: two hosts in network namespaces, "laptop"
# (this process) and "internet", joined by one cable. "internet" has the DNS server and the test CA.
# Everything is in the directory $dir, which is the working directory; nothing is sent outside.
# HOME_OF_V6CERT is the directory of the v6cert to run (by default what this checkout makes).
# shellcheck shell=bash disable=SC2154
# (SC2154: root and dir are the sourcing script's.)

laptop_address=2800:3f0:4001:810::200e
internet_address=2a00:1450:4001:82a::1
servers=()
v6cert=${HOME_OF_V6CERT:+$HOME_OF_V6CERT/bin/v6cert}
v6cert=${v6cert:-$root/scripts/v6cert}

# Runs a command in network and mount namespaces of its own.
inside_namespaces() {
  local -a namespaces=(--net --mount)
  [ "$(id -u)" = 0 ] || namespaces+=(--user --map-root-user)
  unshare "${namespaces[@]}" "$@"
}

hosts() {
  ip link set lo up
  unshare --net setpriv --pdeathsig KILL sleep infinity & # It ends with this script, however that ends.
  internet=$!
  until [ "$(readlink "/proc/$internet/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
  ip link add eth0 type veth peer name eth1
  ip link set eth1 netns "$internet"
  ip address add "$laptop_address/64" dev eth0 nodad
  ip link set eth0 up
  on internet ip link set lo up
  on internet ip address add "$internet_address/64" dev eth1 nodad
  on internet ip link set eth1 up
  ip -6 route add "$internet_address" dev eth0
  ip -6 route add default via "$internet_address" dev eth0
  on internet ip -6 route add default dev eth1
  echo "nameserver $internet_address" >resolv.conf
  mount --bind resolv.conf "$(readlink -f /etc/resolv.conf)"
  export V6CERT_STATE_DIR=$dir/state V6CERT_NO_JITTER=true
}

on() {
  local host=$1
  shift
  if [ "$host" = internet ]; then nsenter --target "$internet" --net "$@"; else "$@"; fi
}

# The authority's own HTTPS certificate, and its configuration.
# authority_files LIFETIME  Certificates live for so many seconds.
authority_files() {
  local lifetime=$1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
    -days 2 -subj "/CN=Demonstration HTTPS root" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout https.key -out https.csr \
    -subj "/CN=Pebble" 2>/dev/null
  openssl x509 -req -in https.csr -CA ca.pem -CAkey ca.key -days 2 -out https.pem \
    -extfile <(echo "subjectAltName=IP:$internet_address") 2>/dev/null
  cat >pebble.json <<JSON
{"pebble": {
  "listenAddress": "[$internet_address]:14000",
  "managementListenAddress": "[$internet_address]:15000",
  "certificate": "https.pem", "privateKey": "https.key",
  "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "",
  "certificateValidityPeriod": $lifetime,
  "profiles": {"default": {"description": "short", "validityPeriod": $lifetime}}
}}
JSON
}

# start NAME COMMAND...  A server on "internet", which ends with this script, however that ends. It is the
# very process that is remembered: a function in the background would be a shell before it, whose end
# it would outlive.
start() {
  local log=$1.log
  shift
  : >"$log"
  nsenter --target "$internet" --net setpriv --pdeathsig KILL "$@" >"$log" 2>&1 &
  servers+=($!)
}

wait_for() {
  local tries=0
  until grep -q "$1" "$2.log"; do
    tries=$((tries + 1))
    if [ $tries -gt 200 ]; then
      echo "$2 did not start:" >&2
      cat "$2.log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

# The DNS server for sslip.io, on "internet".
start_dns() {
  start dns "$v6cert" dns-server --zone sslip.io \
    --ns "ns.sslip.io=$internet_address" --listen "[$internet_address]:53"
  wait_for "listening on" dns
}

# start_pebble PERCENT  The test CA, on "internet"; it refuses so many of the good nonces.
start_pebble() {
  start pebble env PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT="$1" \
    pebble -config pebble.json -dnsserver "[$internet_address]:53"
  wait_for "ACME directory available" pebble
}

stop() {
  trap - EXIT
  kill "${servers[@]}" "$internet" 2>/dev/null || :
  wait 2>/dev/null || :
}
