// The addresses that the attackers, the probe and the server have in the namespace of scripts/attack-dns,
// and what all three programs do with a clock and a query.
#ifndef SOURCES_H
#define SOURCES_H
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DNS_PORT = 53, METRICS_PORT = 9153, MOST_QUERY = 300 };

// Network 0 is the server's, from 10 on they are the attackers', and 255 is the probe's.
enum { SERVER_NETWORK = 0, FIRST_NETWORK = 10, PROBE_NETWORK = 255 };

static inline uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

// A host of a /24 or a /48.
static inline socklen_t address(struct sockaddr_storage *address, int family, int network, int host, int port) {
  char text[64];
  memset(address, 0, sizeof *address);
  if (family == 4) {
    struct sockaddr_in *in = (struct sockaddr_in *)address;
    snprintf(text, sizeof text, "198.18.%d.%d", network, host);
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    inet_pton(AF_INET, text, &in->sin_addr);
    return sizeof *in;
  }
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;
  snprintf(text, sizeof text, "2001:db8:%x::%x", network, host);
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(port);
  inet_pton(AF_INET6, text, &in6->sin6_addr);
  return sizeof *in6;
}

// A socket that does not block, of a host in a network, connected or connecting to the server; -1 on failure.
static inline int connect_from(int type, int family, int network, int host, int port, int receive_buffer) {
  struct sockaddr_storage source, server;
  int one = 1, fd = socket(family == 4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return -1;
  }
  setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof one); // The networks are routed here, not configured.
  if (type == SOCK_STREAM) {
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  if (receive_buffer > 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer);
  }
  socklen_t length = address(&source, family, network, host, 0);
  if (bind(fd, (struct sockaddr *)&source, length) != 0) {
    fail("bind");
  }
  length = address(&server, family, SERVER_NETWORK, 1, port);
  if (connect(fd, (struct sockaddr *)&server, length) != 0 && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

// Writes a query behind its length in two octets, as over TCP; the length of all.
static inline int write_query(unsigned char *octets, unsigned id, const char *name, int type) {
  unsigned char *at = octets + 2;
  memcpy(at, "\0\0\0\0\0\1\0\0\0\0\0\0", 12);
  at[0] = id >> 8;
  at[1] = id;
  at += 12;
  while (*name) {
    int length = strcspn(name, ".");
    *at++ = length;
    memcpy(at, name, length);
    at += length;
    name += length + (name[length] == '.');
  }
  *at++ = 0;
  *at++ = type >> 8;
  *at++ = type;
  *at++ = 0;
  *at++ = 1;
  int length = at - octets - 2;
  octets[0] = length >> 8;
  octets[1] = length;
  return length + 2;
}

#endif
