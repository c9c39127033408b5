// An attacker over UDP: sends packets at a bounded rate from several networks, reads what comes back, and
// prints what went in and out: packets, octets, and answers in full. Packets that did not fit into the
// server's receive buffers are taken off what went in: the server has never seen them.
//
// flood KIND RATE FAMILIES NETWORKS SECONDS
//   KIND      names    ever new magic names      half     half of them below _x.
//             apex     three of four ask for the apex's NS
//             zones    over the zones z0 to z99.attack.test in turn
//             mixed    all of these in turn      garbage  random octets
//   FAMILIES  4, 6 or 46: the networks are IPv4 /24s, IPv6 /48s, or both in turn
#define _GNU_SOURCE
#include <signal.h>

#include "sources.h"

enum { MOST_NETWORKS = 200, BATCH = 16, MOST_REPLY = 4096 };
static const uint64_t LINGER_NANOS = 300000000; // For the last replies.

enum kind { NAMES, HALF, APEX, ZONES, MIXED, GARBAGE, KINDS };

static const char *names[KINDS] = {"names", "half", "apex", "zones", "mixed", "garbage"};
static volatile sig_atomic_t stopped;
static uint64_t state = 88172645463325252ull; // Fixed: every run sends the same.

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static uint64_t random_number(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static int write_packet(unsigned char *octets, enum kind kind, unsigned number) {
  char magic[64], name[128];
  uint64_t random = random_number();
  snprintf(magic, sizeof magic, "10-%d-%d-%d", (int)(random & 255), (int)(random >> 8 & 255),
           (int)(random >> 16 & 255));
  int type = random & 1 << 24 ? 28 : 1;
  if (kind == MIXED) {
    kind = number % MIXED;
    number /= MIXED;
  }
  if (kind == GARBAGE) {
    int length = random_number() % 300;
    for (int i = 0; i < length; i++) {
      octets[i + 2] = random_number();
    }
    return length + 2;
  }
  snprintf(name, sizeof name, "%s.attack.test", magic);
  if (kind == HALF && number % 2) {
    snprintf(name, sizeof name, "_x.%s.attack.test", magic);
  } else if (kind == APEX && number % 4) {
    snprintf(name, sizeof name, "attack.test");
    type = 2;
  } else if (kind == ZONES) {
    snprintf(name, sizeof name, "%s.z%d.attack.test", magic, number % 100);
  }
  return write_query(octets, number, name, type);
}

// The packets that the server's sockets had no room for so far; the namespace is ours alone.
static long dropped(void) {
  const char *files[] = {"/proc/net/udp", "/proc/net/udp6"};
  long total = 0;
  for (int i = 0; i < 2; i++) {
    char line[512];
    FILE *file = fopen(files[i], "r");
    while (file && fgets(line, sizeof line, file)) {
      unsigned port = 0;
      long drops = 0;
      if (sscanf(line, " %*d: %*[0-9A-F]:%x %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld", &port, &drops) == 2 &&
          port == DNS_PORT) {
        total += drops;
      }
    }
    if (file) {
      fclose(file);
    }
  }
  return total;
}

int main(int argc, char **argv) {
  enum kind kind = 0;
  if (argc != 6) {
    fprintf(stderr, "usage: flood KIND RATE FAMILIES NETWORKS SECONDS\n");
    return 64;
  }
  while (kind < KINDS && strcmp(argv[1], names[kind]) != 0) {
    kind++;
  }
  int rate = atoi(argv[2]), families = atoi(argv[3]), networks = atoi(argv[4]);
  double seconds = atof(argv[5]);
  if (kind == KINDS || rate < 1 || rate > 200000 || networks < 1 || networks > MOST_NETWORKS || seconds > 600) {
    fprintf(stderr, "flood: no such kind, or out of bounds\n");
    return 64;
  }
  signal(SIGTERM, stop);
  int sockets[MOST_NETWORKS];
  for (int i = 0; i < networks; i++) {
    int family = families == 46 ? (i % 2 ? 6 : 4) : families;
    if ((sockets[i] = connect_from(SOCK_DGRAM, family, FIRST_NETWORK + i, 1, DNS_PORT, 4 << 20)) < 0) {
      fail("connect");
    }
  }
  long sent = 0, octets_in = 0, replies = 0, octets_out = 0, full = 0, lost = dropped();
  uint64_t start = now(), end = start + seconds * 1e9, last_sent = start, last = start;
  double due = 0;
  for (uint64_t time = start; time < end + LINGER_NANOS; time = now()) {
    due += (time - last) * 1e-9 * rate;
    due = due > rate * 0.005 + 1 ? rate * 0.005 + 1 : due; // What a stall kept back is not made up for.
    last = time;
    for (int i = 0; i < BATCH && due >= 1 && time < end; i++, due--) {
      unsigned char octets[MOST_QUERY + 64];
      int length = write_packet(octets, kind, sent);
      if (send(sockets[sent % networks], octets + 2, length - 2, 0) >= 0) {
        octets_in += length - 2;
      }
      sent++;
      last_sent = time;
    }
    for (int i = 0; i < networks; i++) {
      unsigned char reply[MOST_REPLY];
      ssize_t got;
      while ((got = recv(sockets[i], reply, sizeof reply, MSG_DONTWAIT)) >= 0) {
        replies++;
        octets_out += got;
        full += got >= 12 && !(reply[2] & 2);
      }
    }
    if (stopped && end > time) {
      end = time;
    }
    if (due < 1) {
      usleep(300);
    }
  }
  lost = dropped() - lost;
  double taken = (last_sent - start) / 1e9;
  double in = sent > 0 ? octets_in * (double)(sent - lost) / sent : 0;
  printf("sent %ld seconds %.1f dropped %ld replies %ld full %ld ratio %.2f\n", sent, taken, lost, replies, full,
         in > 0 ? octets_out / in : 0);
}
