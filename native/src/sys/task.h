/*
 * Work for the engine: what a kind of transfer must be able to do. A file to a socket is one kind
 * (move.h); the engine runs them all in turn and knows none of them.
 *
 *     sender thread   step ──▶ MORE   its turn comes again
 *                          ──▶ WAIT   until `wait_fd` is ready (epoll), then step
 *                          ──▶ DISK   `disk` on a thread of the disk pool, which answers as step
 * does ──▶ DONE   close, and the client hears of the end
 *
 * A kind is a struct whose first member is a zc_task. Whoever makes it fills in `kind` and hands it
 * to zc_engine_start, which owns it from then on.
 *
 * Threads: one at a time, and each sees what the one before it wrote.
 */
#ifndef ZC_TASK_H
#define ZC_TASK_H

#include <stddef.h>
#include <stdint.h>

/* What one step moves at most, so that the next task has its turn. */
#define ZC_WINDOW_BYTES ((size_t)1 << 20)

typedef struct zc_task zc_task;

typedef enum { ZC_TASK_MORE, ZC_TASK_WAIT, ZC_TASK_DISK, ZC_TASK_DONE } zc_task_state;

typedef struct {
  /* Sender thread. Moves up to a window; waits neither for a socket nor for a disk. */
  zc_task_state (*step)(zc_task *task);
  /* Pool thread. The same, but it may wait for a disk. NULL for a kind that never answers DISK. */
  zc_task_state (*disk)(zc_task *task);
  /* Any thread, once. Closes what the task owns and frees it; nothing of it is in epoll any more.
   */
  void (*close)(zc_task *task);
} zc_task_kind;

struct zc_task {
  const zc_task_kind *kind;
  uint64_t moved;    /* bytes that have arrived so far: what the client is told */
  int error;         /* with DONE: 0, -errno or -ZC_ETRUNCATED */
  int wait_fd;       /* with WAIT: a descriptor of the task's own, open until close */
  uint32_t wait_for; /* with WAIT: EPOLLIN or EPOLLOUT */
};

#endif
