#include "receive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "syscalls.h"

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

static int64_t read_to_end(int fd, char *buffer) {
  int64_t total = 0;
  for (;;) {
    ssize_t got = recv(fd, buffer, buffer_bytes, 0);
    if (got == 0) return total;
    if (got > 0) {
      total += got;
    } else if (errno != EINTR) {
      return -errno;
    }
  }
}

int64_t zc_receive_all(uint16_t port) {
  char *buffer = malloc(buffer_bytes);
  if (!buffer) return -ENOMEM;
  int fd = connect_to(port);
  int64_t result = fd < 0 ? fd : read_to_end(fd, buffer);
  zc_close(fd);
  free(buffer);
  return result;
}
