/*
 * The reading end of the serving cases, the same for every server.
 *
 *   client get  PORT PID PATH...    one connection per path, all at once; reads each to its end
 *   client hang PORT COUNT PATH     opens COUNT connections, asks, never reads; until stdin ends
 *   client cold FILE...             takes files out of the page cache
 *
 * `get` prints two numbers: bytes of all responses, and the CPU time that the process PID took
 * meanwhile, in ns. What it reads is thrown away by the kernel (MSG_TRUNC, tcp(7)), so that the
 * server's cost is nearly all there is; it sleeps until a batch has come, as a network card that
 * coalesces interrupts would let it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "client.h"

enum { batch_bytes = 256 * 1024, read_bytes = 1 << 20 };

static int ask(int port, const char *path) {
  int fd = connected(port);
  char request[512];
  int length = snprintf(request, sizeof request,
                        "GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
  if (write(fd, request, (size_t)length) != length) fail("write");
  return fd;
}

static void get(int port, pid_t pid, char **paths, int count) {
  char *buffer = malloc(read_bytes);
  int epoll_fd = epoll_create1(0);
  if (!buffer || epoll_fd < 0) fail("start");
  int64_t before = cpu_ns(pid);
  for (int i = 0; i < count; i++) {
    int batch = batch_bytes;
    int fd = ask(port, paths[i]);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &batch, sizeof batch) < 0 ||
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
      fail("wait");
    }
  }
  int64_t bytes = 0;
  for (int open = count; open > 0;) {
    struct epoll_event events[64];
    int ready = epoll_wait(epoll_fd, events, 64, -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      ssize_t got = recv(fd, buffer, read_bytes, MSG_DONTWAIT | MSG_TRUNC);
      if (got < 0 && errno != EAGAIN) fail("recv");
      if (got > 0) bytes += got;
      if (got == 0) {
        close(fd);
        open--;
      }
    }
  }
  printf("%lld %lld\n", (long long)bytes, (long long)(cpu_ns(pid) - before));
}

static void hang(int port, int count, const char *path) {
  for (int i = 0; i < count; i++) ask(port, path);
  puts("hanging");
  fflush(stdout);
  while (getchar() != EOF) {
  }
}

/* Dirty pages cannot be dropped, nor those that a socket still refers to: so it is tried again. */
static void cold(const char *file) {
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  char byte;
  struct iovec vector = {.iov_base = &byte, .iov_len = 1};
  if (fd < 0 || fsync(fd) < 0) fail(file);
  for (int attempt = 0; attempt < 100; attempt++) {
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (preadv2(fd, &vector, 1, 0, RWF_NOWAIT) < 0 && errno == EAGAIN) {
      close(fd);
      return;
    }
    usleep(20000);
  }
  fprintf(stderr, "%s stays in the page cache\n", file);
  exit(1);
}

int main(int count, char **words) {
  if (count >= 5 && !strcmp(words[1], "get")) {
    get(atoi(words[2]), (pid_t)atoi(words[3]), words + 4, count - 4);
  } else if (count == 5 && !strcmp(words[1], "hang")) {
    hang(atoi(words[2]), atoi(words[3]), words[4]);
  } else if (count >= 3 && !strcmp(words[1], "cold")) {
    for (int i = 2; i < count; i++) cold(words[i]);
  } else {
    fputs("usage: client get|hang|cold ...\n", stderr);
    return 2;
  }
  return 0;
}
