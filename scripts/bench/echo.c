// A DNS server that looks at nothing: to every query it adds the same AAAA record. It shows what the
// kernel's UDP path costs, the limit for any server. Reads and writes in batches, as ours does.
//
// echo ADDRESS PORT THREADS [BATCH]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 64, SPACE = 4096 };

static struct sockaddr_in address;
static int batch = 32;

static const unsigned char record[28] = {
    0xc0, 12, 0, 28, 0, 1, 0, 0, 0x0e, 0x10, 0, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

static void *serve(void *unused) {
  (void)unused;
  int one = 1, size = 4 << 20, fd = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    perror("bind");
    exit(1);
  }
  static _Thread_local unsigned char octets[MOST][SPACE];
  struct sockaddr_storage names[MOST];
  struct iovec vectors[MOST];
  struct mmsghdr messages[MOST];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < batch; i++) {
    vectors[i].iov_base = octets[i];
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &names[i];
  }
  for (;;) {
    for (int i = 0; i < batch; i++) {
      vectors[i].iov_len = SPACE - sizeof record;
      messages[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    int count = recvmmsg(fd, messages, batch, MSG_WAITFORONE, NULL);
    for (int i = 0; i < count; i++) {
      unsigned length = messages[i].msg_len;
      octets[i][2] = 0x84;
      octets[i][3] = 0;
      octets[i][7] = 1;
      memcpy(octets[i] + length, record, sizeof record);
      vectors[i].iov_len = length + sizeof record;
    }
    for (int sent = 0; sent < count;) {
      int more = sendmmsg(fd, messages + sent, count - sent, 0);
      sent += more > 0 ? more : 1;
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: echo ADDRESS PORT THREADS [BATCH]\n");
    return 64;
  }
  address.sin_family = AF_INET;
  inet_pton(AF_INET, argv[1], &address.sin_addr);
  address.sin_port = htons(atoi(argv[2]));
  if (argc > 4 && atoi(argv[4]) >= 1 && atoi(argv[4]) <= MOST) {
    batch = atoi(argv[4]);
  }
  int threads = atoi(argv[3]);
  pthread_t thread;
  for (int i = 0; i < threads; i++) {
    pthread_create(&thread, NULL, serve, NULL);
  }
  printf("ready\n");
  fflush(stdout);
  pause();
}
