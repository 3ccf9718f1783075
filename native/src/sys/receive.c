#include "receive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "syscalls.h"

#define EVENTS_PER_WAIT 64

static const size_t buffer_bytes = (size_t)1 << 20;

static int connect_to(uint16_t port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  int batch = ZC_RECEIVE_BATCH_BYTES;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &batch, sizeof batch) < 0 ||
      connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int error = -errno;
    zc_close(fd);
    return error;
  }
  return fd;
}

static int open_connections(int epoll_fd, uint16_t port, int *fds, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if ((fds[i] = connect_to(port)) < 0) return fds[i];
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &event) < 0) return -errno;
  }
  return 0;
}

/* What there is; at the end of the stream, takes the connection out of `open`. */
static int64_t read_once(int epoll_fd, int fd, char *buffer, uint32_t *open) {
  ssize_t got = recv(fd, buffer, buffer_bytes, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  if (got > 0) return got;
  epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
  --*open;
  /* Closing now lets the sender see that everything has arrived. */
  shutdown(fd, SHUT_RDWR);
  return 0;
}

static int64_t read_to_end(int epoll_fd, char *buffer, uint32_t open) {
  struct epoll_event events[EVENTS_PER_WAIT];
  int64_t total = 0;
  while (open > 0) {
    int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, -1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
      int64_t got = read_once(epoll_fd, events[i].data.fd, buffer, &open);
      if (got < 0) return got;
      total += got;
    }
  }
  return total;
}

int64_t zc_receive_all(uint16_t port, uint32_t connections) {
  char *buffer = malloc(buffer_bytes);
  int *fds = malloc(sizeof *fds * (connections ? connections : 1));
  int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  int64_t result = !buffer || !fds ? -ENOMEM : epoll_fd < 0 ? -errno : 0;
  if (!result) {
    for (uint32_t i = 0; i < connections; i++) fds[i] = -1;
    result = open_connections(epoll_fd, port, fds, connections);
    if (!result) result = read_to_end(epoll_fd, buffer, connections);
    for (uint32_t i = 0; i < connections; i++) zc_close(fds[i]);
  }
  if (epoll_fd >= 0) zc_close(epoll_fd);
  free(fds);
  free(buffer);
  return result;
}
