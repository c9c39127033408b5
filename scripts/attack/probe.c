// A client elsewhere, while the server is attacked: asks over UDP and over new TCP connections, over IPv4
// and IPv6, each query once. At SIGTERM it prints what it saw, as NAME VALUE pairs on one line:
//
//   asked, lost     queries, and those without the right answer within three seconds, or at all
//   late, excused   answers after more than LATE; excused are those that were late by no more than the
//                   echo server, in C on the server's processor, was at that time: then the machine was busy
//   udp, udp99, tcp, tcp99   the longest time of a query, and the 99th percentile, in milliseconds
//   sick            times that /healthz did not say 200 within a second
//   files, rss      the most descriptors and MB that the server had
//
// probe PID ECHO_PORT METRICS_PORT PAUSE CSV
//   PAUSE   milliseconds between two UDP queries of a family; TCP connections come every fourth time
//   METRICS_PORT   0: there is no /healthz
//   CSV     appends a line with the server's resources every second; - for none
#define _GNU_SOURCE
#include <dirent.h>
#include <poll.h>
#include <signal.h>

#include "sources.h"

enum { LATE_MILLIS = 100, LOST_MILLIS = 3000, MOST_OPEN = 4096, MOST_LATE = 10000, MOST_TIMES = 1 << 22 };
enum { UDP4, UDP6, TCP4, TCP6, ECHO, HEALTH, CHANNELS };

struct ask {
  int channel, fd, got, id;
  int sent_whole;
  uint64_t begun;
  unsigned char reply[512];
};

struct span {
  uint64_t from, to;
};

static struct ask asks[MOST_OPEN];
static int udp[CHANNELS], asks_open;
static struct span late[MOST_LATE], *echoes;
static float *times[2];
static long times_count[2], echoes_count, asked, lost, late_count, sick;
static unsigned next_id = 1;
static int server_pid, most_files, most_rss;
static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static int is_tcp(int channel) {
  return channel == TCP4 || channel == TCP6 || channel == HEALTH;
}

static void finish(struct ask *ask, int is_right) {
  uint64_t time = now();
  if (is_tcp(ask->channel)) {
    close(ask->fd);
  }
  if (ask->channel == HEALTH) {
    sick += !is_right || time - ask->begun > 1000000000ull;
  } else if (ask->channel == ECHO) {
    if (echoes_count < MOST_TIMES) {
      echoes[echoes_count++] = (struct span){ask->begun, time};
    }
  } else if (!is_right) {
    lost++;
  } else {
    int kind = is_tcp(ask->channel);
    if (times_count[kind] < MOST_TIMES) {
      times[kind][times_count[kind]++] = (time - ask->begun) / 1e6;
    }
    if (time - ask->begun > LATE_MILLIS * 1000000ull && late_count < MOST_LATE) {
      late[late_count++] = (struct span){ask->begun, time};
    }
  }
  *ask = asks[--asks_open];
}

static void begin(int channel, int port) {
  static unsigned char octets[MOST_QUERY];
  char name[128];
  if (asks_open == MOST_OPEN) {
    lost++;
    return;
  }
  unsigned id = next_id++ & 0xffff;
  snprintf(name, sizeof name, "192-0-2-%d.attack.test", id & 255);
  struct ask *ask = &asks[asks_open++];
  *ask = (struct ask){.channel = channel, .fd = -1, .id = id, .begun = now()};
  asked += channel < ECHO;
  if (is_tcp(channel)) {
    int family = channel == TCP6 ? 6 : 4;
    ask->fd = connect_from(SOCK_STREAM, family, PROBE_NETWORK, 1, port, 0);
    if (ask->fd < 0) {
      finish(ask, 0);
    }
    return;
  }
  int length = write_query(octets, id, name, 1);
  send(udp[channel], octets + 2, length - 2, 0);
}

// Whether it is the answer with the address that the name says.
static int is_answer(const struct ask *ask, const unsigned char *reply, int length) {
  unsigned char address[4] = {192, 0, 2, ask->id & 255};
  return length > 40 && (reply[3] & 15) == 0 && reply[7] >= 1 && memmem(reply, length, address, 4) != NULL;
}

static void receive_udp(int channel) {
  unsigned char reply[512];
  ssize_t length;
  while ((length = recv(udp[channel], reply, sizeof reply, MSG_DONTWAIT)) >= 0) {
    int id = length >= 2 ? reply[0] << 8 | reply[1] : -1;
    for (int i = 0; i < asks_open; i++) {
      if (asks[i].channel == channel && asks[i].id == id) {
        finish(&asks[i], channel == ECHO || is_answer(&asks[i], reply, length));
        break;
      }
    }
  }
}

static void send_tcp(struct ask *ask) {
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
  unsigned char octets[MOST_QUERY];
  char name[128];
  snprintf(name, sizeof name, "192-0-2-%d.attack.test", ask->id & 255);
  int length = write_query(octets, ask->id, name, 1);
  ssize_t sent = ask->channel == HEALTH ? send(ask->fd, request, sizeof request - 1, MSG_NOSIGNAL)
                                        : send(ask->fd, octets, length, MSG_NOSIGNAL);
  ask->sent_whole = sent > 0;
}

// Whether the connection is done with.
static int handle_tcp(struct ask *ask, int events) {
  if ((events & POLLOUT) && !ask->sent_whole) {
    send_tcp(ask);
  }
  if (!(events & (POLLIN | POLLHUP | POLLERR))) {
    return 0;
  }
  ssize_t got = recv(ask->fd, ask->reply + ask->got, sizeof ask->reply - ask->got, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) {
    return 0;
  }
  ask->got += got > 0 ? got : 0;
  int is_right = ask->channel == HEALTH
                     ? ask->got >= 12 && memcmp(ask->reply + 9, "200", 3) == 0
                     : ask->got >= 2 && ask->got >= 2 + (ask->reply[0] << 8 | ask->reply[1]) &&
                           is_answer(ask, ask->reply + 2, ask->got - 2);
  if (is_right || got <= 0) {
    finish(ask, is_right);
    return 1;
  }
  return 0;
}

static void wait_for_answers(void) {
  static struct pollfd polls[MOST_OPEN + 3];
  int count = 0;
  for (int i = 0; i < asks_open; i++) {
    struct ask *ask = &asks[i];
    int events = POLLIN | (ask->sent_whole ? 0 : POLLOUT);
    polls[count++] = (struct pollfd){is_tcp(ask->channel) ? ask->fd : -1, events, 0};
  }
  int channels[] = {UDP4, UDP6, ECHO};
  for (int i = 0; i < 3; i++) {
    polls[count++] = (struct pollfd){udp[channels[i]], POLLIN, 0};
  }
  poll(polls, count, 1);
  int tcp = count - 3;
  for (int i = tcp - 1; i >= 0; i--) { // Backwards, since the last one takes the place of one that is done.
    if (polls[i].fd >= 0 && polls[i].revents != 0) {
      handle_tcp(&asks[i], polls[i].revents);
    }
  }
  for (int i = 0; i < 3; i++) {
    if (polls[tcp + i].revents != 0) {
      receive_udp(channels[i]);
    }
  }
  for (int i = asks_open - 1; i >= 0; i--) {
    if (now() - asks[i].begun > LOST_MILLIS * 1000000ull) {
      finish(&asks[i], 0);
    }
  }
}

static int count_files(void) {
  char path[64];
  int count = -2;
  snprintf(path, sizeof path, "/proc/%d/fd", server_pid);
  DIR *directory = opendir(path);
  while (directory && readdir(directory)) {
    count++;
  }
  if (directory) {
    closedir(directory);
  }
  return count > 0 ? count : 0;
}

// Megabytes that are resident.
static int resident(void) {
  char path[64], line[256];
  int kilobytes = 0;
  snprintf(path, sizeof path, "/proc/%d/status", server_pid);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file)) {
    sscanf(line, "VmRSS: %d", &kilobytes);
  }
  if (file) {
    fclose(file);
  }
  return kilobytes / 1024;
}

static void look(const char *csv, uint64_t start) {
  int files = count_files(), rss = resident();
  most_files = files > most_files ? files : most_files;
  most_rss = rss > most_rss ? rss : most_rss;
  if (strcmp(csv, "-") != 0) {
    FILE *file = fopen(csv, "a");
    if (file) {
      fprintf(file, "%.0f,%d,%d,%ld,%ld\n", (now() - start) / 1e9, files, rss, asked, lost);
      fclose(file);
    }
  }
}

static int compare(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double percentile(int kind, double part) {
  long count = times_count[kind];
  return count == 0 ? 0 : times[kind][(long)((count - 1) * part)];
}

// Whether an answer would have been in time but for what the echo was late by meanwhile.
static int is_excused(struct span answer) {
  uint64_t delay = 0;
  for (long i = 0; i < echoes_count; i++) {
    uint64_t from = echoes[i].from > answer.from ? echoes[i].from : answer.from;
    uint64_t to = echoes[i].to < answer.to ? echoes[i].to : answer.to;
    if (from < to && to - from > delay) {
      delay = to - from;
    }
  }
  return answer.to - answer.from - delay <= LATE_MILLIS * 1000000ull;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: probe PID ECHO_PORT METRICS_PORT PAUSE CSV\n");
    return 64;
  }
  server_pid = atoi(argv[1]);
  int echo_port = atoi(argv[2]), metrics_port = atoi(argv[3]), pause = atoi(argv[4]);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  for (int i = 0; i < 2; i++) {
    times[i] = malloc(MOST_TIMES * sizeof *times[i]);
  }
  echoes = malloc(MOST_TIMES * sizeof *echoes);
  udp[UDP4] = connect_from(SOCK_DGRAM, 4, PROBE_NETWORK, 1, DNS_PORT, 0);
  udp[UDP6] = connect_from(SOCK_DGRAM, 6, PROBE_NETWORK, 1, DNS_PORT, 0);
  udp[ECHO] = connect_from(SOCK_DGRAM, 4, PROBE_NETWORK, 1, echo_port, 0);
  uint64_t start = now(), next = start, next_echo = start, next_look = start, next_health = start;
  for (long turn = 0; !stopped;) {
    uint64_t time = now();
    if (time >= next) {
      begin(UDP4, DNS_PORT);
      begin(UDP6, DNS_PORT);
      if (turn % 4 == 0) {
        begin(TCP4, DNS_PORT);
        begin(TCP6, DNS_PORT);
      }
      turn++;
      next = time + pause * 1000000ull;
    }
    if (time >= next_echo) {
      begin(ECHO, echo_port);
      next_echo = time + 10000000ull;
    }
    if (time >= next_health && metrics_port > 0) {
      begin(HEALTH, metrics_port);
      next_health = time + 1000000000ull;
    }
    if (time >= next_look) {
      look(argv[5], start);
      next_look = time + 1000000000ull;
    }
    wait_for_answers();
  }
  uint64_t end = now() + LOST_MILLIS * 1000000ull;
  while (asks_open > 0 && now() < end) {
    wait_for_answers();
  }
  int excused = 0;
  for (long i = 0; i < late_count; i++) {
    excused += is_excused(late[i]);
  }
  double worst_echo = 0;
  for (long i = 0; i < echoes_count; i++) {
    double taken = (echoes[i].to - echoes[i].from) / 1e6;
    worst_echo = taken > worst_echo ? taken : worst_echo;
  }
  for (int i = 0; i < 2; i++) {
    qsort(times[i], times_count[i], sizeof *times[i], compare);
  }
  printf("asked %ld lost %ld late %ld excused %d udp %.1f udp99 %.1f tcp %.1f tcp99 %.1f echo %.1f "
         "sick %ld files %d rss %d\n",
         asked, lost, late_count - excused, excused, percentile(0, 1), percentile(0, 0.99), percentile(1, 1),
         percentile(1, 0.99), worst_echo, sick, most_files, most_rss);
}
