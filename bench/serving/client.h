/* What the reading ends of the serving cases share. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

static inline int connected(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  return fd;
}

static inline int64_t ns_of(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) < 0) fail("clock");
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Processor time of all threads of a process, those that have ended included. */
static inline int64_t cpu_ns(pid_t pid) {
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) != 0) fail("cpu clock");
  return ns_of(clock);
}

#endif
