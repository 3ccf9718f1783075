/*
 * One file on its way into one socket: where it is, and the next step. Knows nothing of threads, of
 * other transfers or of waiting; engine.h does.
 *
 * Owns duplicates of both descriptors (and a pipe, for splice) from zc_move_open to zc_move_close.
 *
 * Threads: one at a time.
 */
#ifndef ZC_MOVE_H
#define ZC_MOVE_H

#include <stddef.h>
#include <stdint.h>

/* What one step moves at most, so that the next transfer has its turn. */
#define ZC_WINDOW_BYTES ((size_t)1 << 20)

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

typedef struct {
  zc_via via;
  int socket_fd;
  int file_fd;
  int pipe_fds[2]; /* splice only */
  int64_t offset;
  uint64_t unread; /* bytes of the file not yet asked for */
  size_t in_pipe;  /* bytes read into the pipe and not yet in the socket */
  uint64_t sent;   /* bytes the socket has accepted */
} zc_move;

typedef enum {
  ZC_MOVE_MORE,    /* the window is used up */
  ZC_MOVE_BLOCKED, /* the socket is full */
  ZC_MOVE_DONE     /* everything has been sent, or `error` says why not */
} zc_move_state;

/*
 * 0, or -errno with nothing left open: EINVAL for a socket that could block, EMFILE, EBADF. Either
 * way zc_move_close may be called.
 */
int zc_move_open(zc_move *move, const zc_request *request);

/* Sends up to a window. May wait for the disk, never for the socket. */
zc_move_state zc_move_step(zc_move *move, int *error);

void zc_move_close(zc_move *move);

#endif
