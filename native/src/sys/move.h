/*
 * One file on its way into one socket: a task of the engine (task.h).
 *
 *     small and resident: zc_move_at_once, on the caller's thread, by the caller's descriptors
 *     otherwise, per window:   resident ──▶ sent by the sender thread
 *                              not ──▶ fetched by a pool thread, which asks for the window behind
 *                              it too; then as above, without asking again
 *                              cannot be, or nobody can tell ──▶ sent by the pool thread, which
 *                              may wait: holes of tmpfs, O_DIRECT, overlayfs, NFS, FUSE, …
 *
 * A task owns duplicates of both descriptors (and a pipe, for splice) until it is closed.
 */
#ifndef ZC_MOVE_H
#define ZC_MOVE_H

#include <stddef.h>
#include <stdint.h>

#include "task.h"

/* The file ended before the promised count. Outside the range of errno. */
#define ZC_ETRUNCATED 4096

typedef enum { ZC_VIA_SENDFILE, ZC_VIA_SPLICE } zc_via;

typedef struct {
  int socket_fd; /* a connected, non-blocking stream socket */
  int file_fd;   /* a regular file; its file position is neither used nor moved */
  int64_t offset;
  uint64_t count;
  zc_via via;
  uint64_t device; /* st_dev of the file, or 0 when the caller does not know it */
} zc_request;

/* 0, or -errno: EINVAL for a socket that could block, and so hold up every other transfer. */
int zc_check_socket(int fd);

/* The most that is sent on the caller's thread. */
#define ZC_AT_ONCE_BYTES ((uint64_t)128 << 10)

/* What of a request has been done, and how it failed: 0 or -errno. */
typedef struct {
  uint64_t sent;
  int error;
} zc_begun;

/*
 * JavaScript thread. Sends by one sendfile(2) if that can wait for nothing: at most
 * ZC_AT_ONCE_BYTES, resident, on a local file system known by `device`, to a socket that does not
 * block. SAFETY: no duplicates, because nothing else runs on this thread meanwhile that could close
 * a descriptor. Everything sent: there is nothing left to do. Otherwise zc_move_new does the rest.
 */
zc_begun zc_move_at_once(const zc_request *request);

/*
 * 0 and the task that does what `begun` has left, or -errno with nothing left open: EINVAL for a
 * socket that could block, EMFILE, EBADF, ENOMEM.
 */
int zc_move_new(const zc_request *request, zc_begun begun, zc_task **task);

#endif
