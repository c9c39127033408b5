// An attacker over TCP: opens connections to the server from several networks at a bounded rate, does one
// bad thing with each, and at the end prints how many it opened and how many the server closed.
//
// connections KIND COUNT SIZE FAMILIES NETWORKS HOSTS RATE SECONDS AGAIN
//   KIND      query     one query, its answer is read, then silence
//             frame     SIZE octets of a frame of 65,535, then silence
//             pipeline  queries without end, no answer is read
//             trickle   an octet of a frame of 65,535 every 300 ms
//             churn     closed as soon as it is open: in turn with a reset, and after one answer
//             headers   a request without end to the metrics endpoint: a line every 300 ms, three of four
//                       after 360 KB as fast as they are taken
//   FAMILIES  4, 6 or 46: the networks are IPv4 /24s, IPv6 /48s, or both in turn
//   HOSTS     how many addresses of each network take part, the first being 1
//   RATE      connections a second, at most
//   AGAIN     1: a connection that the server closed is opened again
#define _GNU_SOURCE
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "sources.h"

enum { MOST = 20000, STEP_MILLIS = 5, TRICKLE_MILLIS = 300, MOST_SENT = 1 << 20, CHUNK = 1 << 14 };
enum { FAST_HEADERS = 360000 }; // A little below what the JDK's server takes of one request.
enum kind { QUERY, FRAME, PIPELINE, TRICKLE, CHURN, HEADERS, KINDS };

struct connection {
  int fd; // -1: closed
  int sent;
  int got;
  int whole; // Whether it has nothing more to send.
  uint64_t next;
};

static const char *names[KINDS] = {"query", "frame", "pipeline", "trickle", "churn", "headers"};
static struct connection connections[MOST];
static unsigned char frame[1 << 16], queries[CHUNK], headers[CHUNK];
static int query_length, queries_length;
static enum kind kind;
static int size, family_list, networks, hosts, poller;
static long opened, failed, closed_by_server, answers, open_now;
static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void open_one(int i) {
  struct connection *connection = &connections[i];
  int network = i % networks;
  int family = family_list == 46 ? (network % 2 ? 6 : 4) : family_list;
  int buffer = kind == PIPELINE ? 4096 : 0;
  int fd = connect_from(SOCK_STREAM, family, FIRST_NETWORK + network, 1 + i / networks % hosts,
                        kind == HEADERS ? METRICS_PORT : DNS_PORT, buffer);
  *connection = (struct connection){.fd = fd, .next = now() + TRICKLE_MILLIS * 1000000ull};
  if (fd < 0) {
    failed++;
    return;
  }
  opened++;
  open_now++;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = i};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
    fail("epoll_ctl");
  }
}

static void close_one(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  open_now--;
}

static void reset(struct connection *connection) {
  struct linger at_once = {1, 0};
  setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close_one(connection);
}

// Whether the connection sends in small steps rather than as fast as it can.
static int is_slow(int i) {
  return kind == TRICKLE || (kind == HEADERS && (i % 4 == 0 || connections[i].sent >= FAST_HEADERS));
}

static void send_more(int i) {
  struct connection *connection = &connections[i];
  while (!connection->whole) {
    const unsigned char *from;
    int left;
    switch (kind) {
      case QUERY:
      case CHURN:
        from = queries + connection->sent;
        left = query_length - connection->sent;
        break;
      case FRAME:
        from = frame + connection->sent;
        left = size - connection->sent;
        break;
      case TRICKLE:
        from = frame + connection->sent;
        left = 1;
        break;
      case PIPELINE:
        from = queries + connection->sent % queries_length;
        left = queries_length - connection->sent % queries_length;
        break;
      default:
        from = headers + connection->sent % CHUNK;
        left = is_slow(i) ? 64 : CHUNK - connection->sent % CHUNK;
    }
    ssize_t sent = left > 0 ? send(connection->fd, from, left, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (sent < 0) {
      return; // Not now, or never again: epoll says which.
    }
    connection->sent += sent;
    connection->whole = sent == left && (kind == QUERY || kind == CHURN || kind == FRAME);
    connection->whole |= connection->sent >= (kind == TRICKLE ? 60000 : MOST_SENT);
    if (is_slow(i)) {
      return;
    }
  }
}

static void receive(struct connection *connection) {
  static unsigned char octets[1 << 16];
  ssize_t got;
  while ((got = recv(connection->fd, octets, sizeof octets, MSG_DONTWAIT)) > 0) {
    answers += connection->got == 0;
    connection->got += got;
  }
}

static void handle(int i, uint32_t events) {
  struct connection *connection = &connections[i];
  if (connection->fd < 0) {
    return;
  }
  if ((events & EPOLLIN) && kind != PIPELINE) {
    receive(connection);
  }
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    closed_by_server++;
    close_one(connection);
    return;
  }
  if (kind == CHURN && (i % 2 ? connection->got > 0 : (events & EPOLLOUT) != 0)) {
    if (i % 2) {
      close_one(connection);
    } else {
      reset(connection);
    }
    return;
  }
  if ((events & EPOLLOUT) && !(is_slow(i) && connection->sent > 0)) {
    send_more(i);
  }
}

static void prepare(void) {
  char name[128];
  memset(frame, 0xff, 2);
  for (int i = 0; queries_length + MOST_QUERY < CHUNK; i++) {
    snprintf(name, sizeof name, "10-%d-%d-%d.attack.test", i % 250, i * 7 % 250, i * 13 % 250);
    queries_length += write_query(queries + queries_length, i, name, 1);
    if (i == 0) {
      query_length = queries_length;
    }
  }
  for (int i = 0; i < CHUNK; i += 64) {
    memset(headers + i, 'a', 62);
    memcpy(headers + i, "x-more: ", 8);
    memcpy(headers + i + 62, "\r\n", 2);
  }
  memset(headers, ' ', 62); // The request line is padded to the length of the others.
  memcpy(headers, "GET /metrics?", 13);
  memset(headers + 13, 'q', 40);
  memcpy(headers + 53, " HTTP/1.1", 9);
}

int main(int argc, char **argv) {
  if (argc != 10) {
    fprintf(stderr, "usage: connections KIND COUNT SIZE FAMILIES NETWORKS HOSTS RATE SECONDS AGAIN\n");
    return 64;
  }
  while (kind < KINDS && strcmp(argv[1], names[kind]) != 0) {
    kind++;
  }
  int count = atoi(argv[2]), rate = atoi(argv[7]), again = atoi(argv[9]);
  size = atoi(argv[3]);
  family_list = atoi(argv[4]);
  networks = atoi(argv[5]);
  hosts = atoi(argv[6]);
  double seconds = atof(argv[8]);
  if (kind == KINDS || count < 1 || count > MOST || size > (int)sizeof frame || rate < 1 || seconds > 600 ||
      networks < 1 || networks > 200 || hosts < 1 || hosts > 250) {
    fprintf(stderr, "connections: no such kind, or out of bounds\n");
    return 64;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGTERM, stop);
  prepare();
  poller = epoll_create1(EPOLL_CLOEXEC);
  uint64_t start = now(), end = start + seconds * 1e9;
  int begun = 0, look = 0;
  double due = 0;
  uint64_t last = start;
  while (!stopped && now() < end) {
    static struct epoll_event events[1024];
    int ready = epoll_wait(poller, events, 1024, STEP_MILLIS);
    for (int i = 0; i < ready; i++) {
      handle(events[i].data.u32, events[i].events);
    }
    uint64_t time = now();
    due += (time - last) * 1e-9 * rate;
    due = due > rate / 4.0 ? rate / 4.0 : due; // What could not be opened for long is not made up for.
    last = time;
    for (; due >= 1 && begun < count; due--) {
      open_one(begun++);
    }
    for (int i = 0; again && due >= 1 && i < count; i++, look = (look + 1) % count) {
      if (connections[look].fd < 0 && begun == count) {
        open_one(look);
        due--;
      }
    }
    for (int i = 0; i < begun; i++) {
      if (is_slow(i) && connections[i].fd >= 0 && time > connections[i].next) {
        connections[i].next = time + TRICKLE_MILLIS * 1000000ull;
        send_more(i);
      }
    }
  }
  printf("opened %ld failed %ld answered %ld closed %ld open %ld\n", opened, failed, answers, closed_by_server,
         open_now);
}
