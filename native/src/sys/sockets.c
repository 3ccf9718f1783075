#include "sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/socket.h>

static _Atomic uint64_t sent_bytes;
static _Atomic uint64_t send_calls;
static _Atomic uint64_t received_bytes;
static _Atomic uint64_t receive_calls;

static void tally(_Atomic uint64_t *bytes, _Atomic uint64_t *calls, int64_t result) {
  atomic_fetch_add_explicit(calls, 1, memory_order_relaxed);
  if (result > 0) atomic_fetch_add_explicit(bytes, (uint64_t)result, memory_order_relaxed);
}

zc_socket_counters zc_read_socket_counters(void) {
  return (zc_socket_counters){
      .sent_bytes = atomic_load_explicit(&sent_bytes, memory_order_relaxed),
      .send_calls = atomic_load_explicit(&send_calls, memory_order_relaxed),
      .received_bytes = atomic_load_explicit(&received_bytes, memory_order_relaxed),
      .receive_calls = atomic_load_explicit(&receive_calls, memory_order_relaxed),
  };
}

int64_t zc_send_pieces(int fd, struct iovec *pieces, size_t count, bool more) {
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
  int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  int64_t sent;
  do {
    sent = sendmsg(fd, &message, flags);
    tally(&sent_bytes, &send_calls, sent);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

int64_t zc_receive(int fd, void *address, size_t length) {
  int64_t received;
  do {
    received = recv(fd, address, length, MSG_DONTWAIT);
    tally(&received_bytes, &receive_calls, received);
  } while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : received;
}

int zc_set_cork(int fd, bool on) {
  int value = on;
  return setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value) < 0 ? -errno : 0;
}
