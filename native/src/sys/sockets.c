#include "sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int64_t zc_send_pieces(int fd, struct iovec *pieces, size_t count, bool more) {
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
  int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  int64_t sent;
  do {
    sent = sendmsg(fd, &message, flags);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

int64_t zc_receive(int fd, void *address, size_t length) {
  int64_t received;
  do {
    received = recv(fd, address, length, MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : received;
}

int zc_set_cork(int fd, bool on) {
  int value = on;
  return setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value) < 0 ? -errno : 0;
}
