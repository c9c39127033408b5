// A DNS client that measures a server: it asks 10,000 queries of a kind under one apex, keeps a number of queries outstanding on each of its sockets, or sends at a fixed rate,
// and prints one line: replies a second, replies per second of the server's CPU time (as the kernel
// accounts it to the given processes), and the percentiles of the latency in microseconds.
//
// load ADDRESS PORT APEX PIDS TRANSPORT SECONDS SOCKETS WINDOW RATE [KIND]
//   TRANSPORT udp, tcp, or connect: over TCP, each query on a connection of its own (WINDOW is 1)
//   SECONDS  how long; 0 prints the time of the first answer, in nanoseconds since 1970, and ends
//   PIDS     the server's processes, separated by commas
//   WINDOW   queries outstanding on each socket
//   RATE     queries a second over all sockets; 0 for as many as are answered
//   KIND     plain       magic names, half of them for A and half for AAAA
//            edns        the same with an OPT record as BIND sends it: 1232 octets, DO
//            client      the same with a client cookie in it   cookie     with client and server cookie
//            keepalive   the same with edns-tcp-keepalive      challenge  TXT of _acme-challenge, a delegation
//            static      the A of s-0 to s-999                 ptr        reverse names, IPv4 and IPv6
//            apex        the NS of the apex                    words      magic names with a word before
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NAMES = 10000, QUERY = 160, THREADS = 2, MOST_SOCKETS = 64, MOST_WINDOW = 256, STREAM = 1 << 16 };
enum kind { PLAIN, EDNS, CLIENT, COOKIE, KEEPALIVE, CHALLENGE, STATIC, PTR, APEX, WORDS, KINDS };
enum { BUCKETS = 64 * 64 }; // A logarithm of base 2 in 64ths of an octave.

struct query {
  unsigned char octets[QUERY]; // Behind its length in two octets, as over TCP.
  int length;
};

struct flow {
  int fd;
  int outstanding;
  unsigned next;
  uint64_t sent[1 << 16];
  unsigned char stream[STREAM];
  int filled;
};

struct worker {
  pthread_t thread;
  int id;
  uint64_t replies, wrong, lost;
  uint64_t latencies[BUCKETS];
};

static const char *kinds[KINDS] = {"plain",     "edns",   "client", "cookie", "keepalive",
                                   "challenge", "static", "ptr",    "apex", "words"};
static struct query queries[NAMES];
static struct sockaddr_in server;
static enum kind kind;
static unsigned char cookie[24] = "a client"; // Of the client 8 octets, and of the server 16.
static int tcp, connect_each, sockets, window;
static double seconds, rate;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

// The name of the i-th query, and its type.
static int write_name(char *name, size_t size, int i, const char *apex) {
  char magic[64];
  int is_six = i % 2;
  if (is_six) {
    snprintf(magic, sizeof magic, "2001-db8-0-0-0-%x-%x-1", i * 7 % 0xffff, i);
  } else {
    snprintf(magic, sizeof magic, "10-%d-%d-%d", i * 7 % 256, i / 256, i % 256);
  }
  switch (kind) {
    case CHALLENGE:
      snprintf(name, size, "_acme-challenge.%s.%s", magic, apex);
      return 16;
    case STATIC:
      snprintf(name, size, "s-%d.%s", i % 1000, apex);
      return 1;
    case PTR:
      if (is_six) {
        snprintf(name, size, "%x.%x.%x.%x.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", i & 15,
                 i >> 4 & 15, i >> 8 & 15, i >> 12);
      } else {
        snprintf(name, size, "%d.%d.%d.10.in-addr.arpa", i % 256, i / 256, i * 7 % 256);
      }
      return 12;
    case APEX:
      snprintf(name, size, "%s", apex);
      return 2;
    case WORDS:
      snprintf(name, size, "shop-%d.%s.%s", i, magic, apex);
      return is_six ? 28 : 1;
    default:
      snprintf(name, size, "%s.%s", magic, apex);
      return is_six ? 28 : 1;
  }
}

// Writes the OPT record of the kind; its end.
static unsigned char *write_opt(unsigned char *at) {
  int length = kind == CLIENT ? 8 : sizeof cookie;
  memcpy(at, "\0\0\51\4\320\0\0\200\0\0\0", 11);
  at += 11;
  if (kind == KEEPALIVE) {
    at[-1] = 4;
    memcpy(at, "\0\13\0\0", 4);
    at += 4;
  } else if (kind != EDNS) {
    at[-1] = 4 + length;
    memcpy(at, "\0\12\0", 3);
    at[3] = length;
    memcpy(at + 4, cookie, length);
    at += 4 + length;
  }
  return at;
}

static void make_queries(const char *apex) {
  for (int i = 0; i < NAMES; i++) {
    char name[128], *label, *rest = name;
    int type = write_name(name, sizeof name, i, apex);
    unsigned char *at = queries[i].octets + 2;
    memcpy(at, "\0\0\0\0\0\1\0\0\0\0\0\0", 12);
    at += 12;
    while ((label = strsep(&rest, "."))) {
      *at++ = strlen(label);
      memcpy(at, label, strlen(label));
      at += strlen(label);
    }
    memcpy(at, "\0\0\0\0\1", 5);
    at[2] = type;
    at += 5;
    if (kind >= EDNS && kind <= KEEPALIVE) {
      queries[i].octets[2 + 11] = 1;
      at = write_opt(at);
    }
    queries[i].length = at - queries[i].octets - 2;
    queries[i].octets[1] = queries[i].length;
  }
}

static void count_reply(struct worker *worker, struct flow *flow, const unsigned char *reply, uint64_t time) {
  unsigned id = reply[0] << 8 | reply[1];
  if (!flow->sent[id]) {
    return; // Late: it counts as lost.
  }
  uint64_t taken = time - flow->sent[id];
  flow->sent[id] = 0;
  flow->outstanding--;
  if ((reply[3] & 15) != 0 || (kind == CHALLENGE ? reply[9] : reply[7]) == 0) {
    worker->wrong++;
    return;
  }
  worker->replies++;
  int octave = 63 - __builtin_clzll(taken | 64);
  worker->latencies[octave * 64 + (taken >> (octave - 6) & 63)]++;
}

static int receive_udp(struct worker *worker, struct flow *flow) {
  static _Thread_local unsigned char octets[MOST_WINDOW][512];
  static _Thread_local struct iovec vectors[MOST_WINDOW];
  static _Thread_local struct mmsghdr messages[MOST_WINDOW];
  for (int i = 0; i < window; i++) {
    vectors[i] = (struct iovec){octets[i], sizeof octets[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  int count = recvmmsg(flow->fd, messages, window, MSG_DONTWAIT, NULL);
  uint64_t time = now();
  for (int i = 0; i < count; i++) {
    count_reply(worker, flow, octets[i], time);
  }
  return count > 0 ? count : 0;
}

static int receive_tcp(struct worker *worker, struct flow *flow) {
  ssize_t got = recv(flow->fd, flow->stream + flow->filled, STREAM - flow->filled, MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN)) {
    fail("the server closed a connection");
  }
  if (got < 0) {
    return 0;
  }
  uint64_t time = now();
  int at = 0, count = 0;
  flow->filled += got;
  while (flow->filled - at >= 2) {
    int length = flow->stream[at] << 8 | flow->stream[at + 1];
    if (flow->filled - at < 2 + length) {
      break;
    }
    count_reply(worker, flow, flow->stream + at + 2, time);
    at += 2 + length;
    count++;
  }
  memmove(flow->stream, flow->stream + at, flow->filled - at);
  flow->filled -= at;
  return count;
}

static void send_some(struct flow *flow, unsigned *number, int count) {
  static _Thread_local struct iovec vectors[MOST_WINDOW];
  static _Thread_local struct mmsghdr messages[MOST_WINDOW];
  static _Thread_local unsigned char octets[MOST_WINDOW][QUERY];
  uint64_t time = now();
  for (int i = 0; i < count; i++) {
    struct query *query = &queries[(*number)++ % NAMES];
    unsigned id = flow->next++ & 0xffff;
    memcpy(octets[i], query->octets, query->length + 2);
    octets[i][2] = id >> 8;
    octets[i][3] = id;
    flow->sent[id] = time;
    vectors[i] = (struct iovec){octets[i] + (tcp ? 0 : 2), query->length + (tcp ? 2 : 0)};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  flow->outstanding += count;
  if (tcp) {
    if (writev(flow->fd, vectors, count) < 0) {
      fail("writev");
    }
  } else {
    sendmmsg(flow->fd, messages, count, 0);
  }
}

static void connect_socket(struct flow *flow) {
  static unsigned turn;
  int one = 1;
  flow->fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
  if (connect_each) { // From many addresses, or ports would run out.
    struct sockaddr_in source = {.sin_family = AF_INET};
    source.sin_addr.s_addr = htonl(0x7f000002 + __atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED) % 200);
    setsockopt(flow->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(flow->fd, (struct sockaddr *)&source, sizeof source) != 0) {
      fail("bind");
    }
  }
  if (connect(flow->fd, (struct sockaddr *)&server, sizeof server) != 0) {
    fail("connect");
  }
  if (tcp) {
    setsockopt(flow->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
}

static struct flow *connect_flow(void) {
  struct flow *flow = calloc(1, sizeof *flow);
  flow->fd = -1;
  if (!connect_each) {
    connect_socket(flow);
  }
  return flow;
}

static void *work(void *argument) {
  struct worker *worker = argument;
  struct flow *flows[MOST_SOCKETS];
  struct pollfd polls[MOST_SOCKETS];
  int count = sockets / THREADS;
  for (int i = 0; i < count; i++) {
    flows[i] = connect_flow();
    polls[i] = (struct pollfd){flows[i]->fd, POLLIN, 0};
  }
  unsigned number = worker->id * NAMES / THREADS;
  uint64_t start = now(), end = start + seconds * 1e9, sent = 0;
  while (now() < end) {
    int received = 0;
    for (int i = 0; i < count; i++) {
      struct flow *flow = flows[i];
      if (flow->outstanding > 0) {
        received += tcp ? receive_tcp(worker, flow) : receive_udp(worker, flow);
      }
      int room = window - flow->outstanding;
      if (rate > 0) {
        int64_t due = (now() - start) * 1e-9 * rate / THREADS - sent;
        room = due < room ? due : room;
      }
      if (room > 0) {
        if (connect_each) {
          close(flow->fd);
          connect_socket(flow);
          polls[i].fd = flow->fd;
          flow->filled = 0;
        }
        send_some(flow, &number, room);
        sent += room;
      }
    }
    if (received == 0 && rate == 0 && poll(polls, count, 100) == 0) {
      for (int i = 0; i < count; i++) {
        worker->lost += flows[i]->outstanding;
        flows[i]->outstanding = 0;
        memset(flows[i]->sent, 0, sizeof flows[i]->sent);
      }
    }
  }
  for (int i = 0; i < count; i++) {
    close(flows[i]->fd);
  }
  return NULL;
}

// Asks every millisecond until there is an answer; the time of day then, in nanoseconds.
static uint64_t first_answer(void) {
  struct flow *flow = connect_flow();
  struct timespec time;
  unsigned char reply[512];
  unsigned number = 0;
  for (;;) {
    send_some(flow, &number, 1);
    struct pollfd readable = {flow->fd, POLLIN, 0};
    if (poll(&readable, 1, 1) > 0 && recv(flow->fd, reply, sizeof reply, 0) > 0) {
      clock_gettime(CLOCK_REALTIME, &time);
      return time.tv_sec * 1000000000ull + time.tv_nsec;
    }
    usleep(1000);
  }
}

// Gets the server's cookie, which all further queries then bring.
static void learn_cookie(const char *apex) {
  unsigned char reply[512];
  int was_tcp = tcp, was_each = connect_each;
  unsigned number = 0;
  tcp = connect_each = 0;
  kind = CLIENT;
  make_queries(apex);
  struct flow *flow = connect_flow();
  struct pollfd readable = {flow->fd, POLLIN, 0};
  send_some(flow, &number, 1);
  ssize_t length = poll(&readable, 1, 2000) > 0 ? recv(flow->fd, reply, sizeof reply, 0) : -1;
  unsigned char *found = length > 0 ? memmem(reply, length, cookie, 8) : NULL;
  if (!found || found + sizeof cookie > reply + length) {
    fprintf(stderr, "load: the server gives no cookie\n");
    exit(1);
  }
  memcpy(cookie, found, sizeof cookie);
  close(flow->fd);
  free(flow);
  tcp = was_tcp;
  connect_each = was_each;
  kind = COOKIE;
}

// User and system time of processes, in seconds.
static double cpu(const char *pids) {
  char list[1024], *pid, *rest = list;
  double total = 0;
  snprintf(list, sizeof list, "%s", pids);
  while ((pid = strsep(&rest, ","))) {
    char path[64], line[1024] = "";
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file)) {
      fail(path);
    }
    fclose(file);
    sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    total += (double)(user + system) / sysconf(_SC_CLK_TCK);
  }
  return total;
}

static double percentile(const uint64_t *buckets, uint64_t total, double part) {
  uint64_t seen = 0;
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if (seen >= total * part) {
      return (double)((1ull << i / 64) + ((uint64_t)(i % 64) << (i / 64)) / 64) / 1000;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 10 && argc != 11) {
    fprintf(stderr, "usage: load ADDRESS PORT APEX PIDS udp|tcp|connect SECONDS SOCKETS WINDOW RATE [KIND]\n");
    return 64;
  }
  server.sin_family = AF_INET;
  inet_pton(AF_INET, argv[1], &server.sin_addr);
  server.sin_port = htons(atoi(argv[2]));
  connect_each = strcmp(argv[5], "connect") == 0;
  tcp = connect_each || strcmp(argv[5], "tcp") == 0;
  seconds = atof(argv[6]);
  sockets = atoi(argv[7]);
  window = atoi(argv[8]);
  rate = atof(argv[9]);
  if (sockets > MOST_SOCKETS || window > MOST_WINDOW) {
    fprintf(stderr, "at most %d sockets, and a window of %d\n", MOST_SOCKETS, MOST_WINDOW);
    return 64;
  }
  while (argc == 11 && kind < KINDS && strcmp(argv[10], kinds[kind]) != 0) {
    kind++;
  }
  if (kind == KINDS || (connect_each && window != 1)) {
    fprintf(stderr, "load: there is no kind %s, or the window is not 1\n", argc == 11 ? argv[10] : "");
    return 64;
  }
  if (kind == COOKIE) {
    learn_cookie(argv[3]);
  }
  make_queries(argv[3]);
  if (seconds == 0) {
    printf("%lu\n", first_answer());
    return 0;
  }
  static struct worker workers[THREADS];
  double before = cpu(argv[4]);
  uint64_t start = now();
  for (int i = 0; i < THREADS; i++) {
    workers[i].id = i;
    pthread_create(&workers[i].thread, NULL, work, &workers[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
  }
  double taken = (now() - start) / 1e9, used = cpu(argv[4]) - before;
  for (int i = 1; i < THREADS; i++) {
    workers[0].replies += workers[i].replies;
    workers[0].wrong += workers[i].wrong;
    workers[0].lost += workers[i].lost;
    for (int j = 0; j < BUCKETS; j++) {
      workers[0].latencies[j] += workers[i].latencies[j];
    }
  }
  uint64_t total = workers[0].replies;
  printf("qps %.0f qpcpus %.0f cpu %.2f p50 %.1f p90 %.1f p99 %.1f p999 %.1f lost %lu wrong %lu\n",
         total / taken, used > 0 ? total / used : 0, used / taken,
         percentile(workers[0].latencies, total, 0.5), percentile(workers[0].latencies, total, 0.9),
         percentile(workers[0].latencies, total, 0.99), percentile(workers[0].latencies, total, 0.999),
         workers[0].lost, workers[0].wrong);
}
