/*
 * Calls on stream sockets that send from memory, and receive into it.
 *
 * Plain C: no JavaScript, no allocation, no state but the counters. Each function returns what the
 * kernel returned, or -errno; a call interrupted by a signal is made again (PEP 475), so -EINTR
 * never comes out.
 *
 * Threads: any. Memory and descriptors stay the caller's; nothing of either is kept after the call.
 */
#ifndef ZC_SOCKETS_H
#define ZC_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * What was sent and received here, process-wide, since the library was loaded: /proc/self/io, which
 * counts read(2) and write(2) of sockets, leaves sendmsg(2) and recv(2) out. Calls count when
 * nothing moved too.
 */
typedef struct {
  uint64_t sent_bytes;
  uint64_t send_calls;
  uint64_t received_bytes;
  uint64_t receive_calls;
} zc_socket_counters;

/* Each counter is read atomically, the set is not. */
zc_socket_counters zc_read_socket_counters(void);

/* The most pieces that one call takes: UIO_MAXIOV of the kernel, sendmsg(2) EMSGSIZE. */
#define ZC_MAX_PIECES 1024

/*
 * sendmsg(2) without waiting, whatever the socket's flags say, and without SIGPIPE. Bytes accepted,
 * which may be fewer than there are; -EAGAIN when the socket has no room at all. `more`: the caller
 * has more to send at once, so a segment that is not full may wait for it (MSG_MORE, TCP alone).
 */
int64_t zc_send_pieces(int fd, struct iovec *pieces, size_t count, bool more);

/*
 * recv(2) without waiting. Bytes received; 0 at the end of the stream; -EAGAIN when
 * nothing has come.
 */
int64_t zc_receive(int fd, void *address, size_t length);

/* TCP_CORK, tcp(7): while on, only full segments leave. Turned off, what is left leaves at once. */
int zc_set_cork(int fd, bool on);

#endif
