/*
 * Bytes on their way out of a socket, into another one or into a file: tasks of the engine
 * (task.h).
 *
 *     source ── splice(2) ──▶ pipe ── splice(2) ──▶ target
 *
 *     a socket: both halves on the sender thread; waits for the source while the pipe is empty, for
 *               the target while it is not
 *     a file:   the first half on the sender thread, which never waits for a disk; from there a
 * pool thread goes on for a window, and waits for the disk
 *
 * The pipe holds references to the pages that the network has filled; no byte is copied on the way
 * to a socket, and on the way to a file one copy is made, by the kernel, into the page cache.
 *
 * A task owns duplicates of both descriptors, and the pipe, until it is closed.
 */
#ifndef ZC_RELAY_H
#define ZC_RELAY_H

#include <stdint.h>

#include "task.h"

/*
 * The task that moves everything up to the end of `source_fd` into `target_fd`; both are connected,
 * non-blocking stream sockets. 0, or -errno with nothing left open: EINVAL for a socket that could
 * block, ENOTSOCK, EMFILE, EBADF, ENOMEM.
 */
int zc_relay_new(int source_fd, int target_fd, zc_task **task);

/*
 * The task that writes `count` bytes, or all up to the end of `socket_fd`, into `file_fd` from
 * `offset`; its file position is not used. 0 or -errno, as above, and also EBADF for a file that is
 * not open for writing, EINVAL for one that splice(2) cannot write to: O_APPEND, some file systems.
 */
int zc_save_new(int socket_fd, int file_fd, int64_t offset, uint64_t count, zc_task **task);

#endif
