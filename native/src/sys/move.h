/*
 * One file on its way into one socket: a task of the engine (task.h).
 *
 * Owns duplicates of both descriptors (and a pipe, for splice) until it is closed.
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
} zc_request;

/*
 * 0 and the task, or -errno with nothing left open: EINVAL for a socket that could block, EMFILE,
 * EBADF, ENOMEM.
 */
int zc_move_new(const zc_request *request, zc_task **task);

#endif
