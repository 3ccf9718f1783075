#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "move.h"
#include "syscalls.h"

#define FLAGS (SPLICE_F_MOVE | SPLICE_F_NONBLOCK)

/*
 * A pipe of the default size for whoever sends little; one that holds a window, once it is of use:
 * bulk then takes a third less CPU time. They count against what pipe(7) allows a user in all,
 * 64 MiB (pipe-user-pages-soft), beyond which every new pipe of that user is a tiny one. So half of
 * that is the most we take.
 */
#define USUAL_PIPE_BYTES ((size_t)64 << 10)
#define MOST_LARGE_PIPES 32

static _Atomic int large_pipes;

typedef struct {
  zc_task task;
  int source_fd;
  int target_fd;
  int pipe_fds[2];
  bool is_large; /* the pipe has been made larger, or cannot be */
  bool counted;  /* among the large ones */
  int64_t offset;
  uint64_t unread; /* bytes that may still be taken from the source */
  size_t in_pipe;
} zc_relay;

static size_t at_most(uint64_t wanted, size_t limit) {
  return wanted < limit ? (size_t)wanted : limit;
}

static zc_task_state wait_for(zc_relay *r, int fd, uint32_t events) {
  r->task.wait_fd = fd;
  r->task.wait_for = events;
  return ZC_TASK_WAIT;
}

static zc_task_state done(zc_relay *r, int64_t result) {
  r->task.error = result < 0 ? (int)result : 0;
  return ZC_TASK_DONE;
}

static void make_large(zc_relay *r) {
  r->is_large = true;
  if (atomic_fetch_add(&large_pipes, 1) < MOST_LARGE_PIPES &&
      fcntl(r->pipe_fds[1], F_SETPIPE_SZ, (int)ZC_WINDOW_BYTES) >= 0) {
    r->counted = true;
  } else {
    atomic_fetch_sub(&large_pipes, 1);
  }
}

/* Into the empty pipe: the bytes, 0 at the end of the source, -EAGAIN while it has none, -errno. */
static int64_t fill(zc_relay *r, size_t budget) {
  size_t wanted = at_most(r->unread, budget);
  if (wanted == 0) return 0;
  int64_t taken = zc_splice(r->source_fd, NULL, r->pipe_fds[1], wanted, FLAGS);
  if (taken <= 0) return taken;
  r->in_pipe = (size_t)taken;
  r->unread -= (uint64_t)taken;
  if (!r->is_large && r->in_pipe >= USUAL_PIPE_BYTES / 2) make_large(r);
  return taken;
}

/*
 * Out of the pipe. What is in there has left the source: an error that elsewhere means "not this
 * way" is the loss of bytes here. (zc_relay_new and zc_save_new have asked whether it goes at all.)
 */
static int64_t empty(zc_relay *r, int64_t *offset, unsigned flags) {
  int64_t given = zc_splice_at(r->pipe_fds[0], NULL, r->target_fd, offset, r->in_pipe, flags);
  if (given == 0 || given == -EINVAL || given == -ENOSYS || given == -EPERM ||
      given == -EOPNOTSUPP) {
    return -EIO;
  }
  if (given < 0) return given;
  r->in_pipe -= (size_t)given;
  r->task.moved += (uint64_t)given;
  return given;
}

/* ---- to a socket; sender thread ---- */

static zc_task_state step_relay(zc_task *task) {
  zc_relay *r = (zc_relay *)task;
  size_t budget = ZC_WINDOW_BYTES;
  while (budget > 0) {
    if (r->in_pipe == 0) {
      int64_t taken = fill(r, budget);
      if (taken == -EAGAIN) return wait_for(r, r->source_fd, EPOLLIN);
      if (taken <= 0) return done(r, taken);
    }
    int64_t given = empty(r, NULL, FLAGS);
    if (given == -EAGAIN) return wait_for(r, r->target_fd, EPOLLOUT);
    if (given < 0) return done(r, given);
    budget -= at_most((uint64_t)given, budget);
  }
  return ZC_TASK_MORE;
}

/* ---- to a file ---- */

/* Sender thread. */
static zc_task_state step_save(zc_task *task) {
  zc_relay *r = (zc_relay *)task;
  if (r->in_pipe > 0) return ZC_TASK_DISK;
  int64_t taken = fill(r, ZC_WINDOW_BYTES);
  if (taken == -EAGAIN) return wait_for(r, r->source_fd, EPOLLIN);
  return taken > 0 ? ZC_TASK_DISK : done(r, taken);
}

/* Pool thread. Goes on for a window, so that not every piece has to come here by itself. */
static zc_task_state write_to_disk(zc_task *task) {
  zc_relay *r = (zc_relay *)task;
  size_t budget = ZC_WINDOW_BYTES;
  for (;;) {
    while (r->in_pipe > 0) {
      int64_t given = empty(r, &r->offset, SPLICE_F_MOVE);
      if (given < 0) return done(r, given);
      budget -= at_most((uint64_t)given, budget);
    }
    if (budget == 0) return ZC_TASK_MORE;
    int64_t taken = fill(r, budget);
    if (taken == -EAGAIN) return wait_for(r, r->source_fd, EPOLLIN);
    if (taken <= 0) return done(r, taken);
  }
}

/* ---- making and closing ---- */

static void release(zc_relay *r) {
  zc_close(r->source_fd);
  zc_close(r->target_fd);
  zc_close(r->pipe_fds[0]);
  zc_close(r->pipe_fds[1]);
  if (r->counted) atomic_fetch_sub(&large_pipes, 1);
  free(r);
}

static void close_relay(zc_task *task) { release((zc_relay *)task); }

static const zc_task_kind relay_kind = {.step = step_relay, .close = close_relay};
static const zc_task_kind save_kind = {
    .step = step_save, .disk = write_to_disk, .close = close_relay};

/*
 * The last splice moves nothing, because the pipe is empty: it asks the target whether the kernel
 * could, before a byte has left the source that could not be put back.
 */
static int open_descriptors(zc_relay *r, int source_fd, int target_fd) {
  if ((r->source_fd = zc_duplicate(source_fd)) < 0) return r->source_fd;
  if ((r->target_fd = zc_duplicate(target_fd)) < 0) return r->target_fd;
  if (pipe2(r->pipe_fds, O_CLOEXEC) < 0) return -errno;
  int64_t found = zc_splice(r->pipe_fds[0], NULL, r->target_fd, 1, FLAGS);
  return found == -EAGAIN ? 0 : found < 0 ? (int)found : -EINVAL;
}

static int finish_new(zc_relay *r, int source_fd, int target_fd, zc_task **task) {
  if (!r) return -ENOMEM;
  r->source_fd = r->target_fd = r->pipe_fds[0] = r->pipe_fds[1] = -1;
  int error = open_descriptors(r, source_fd, target_fd);
  if (error) {
    release(r);
    return error;
  }
  *task = &r->task;
  return 0;
}

int zc_relay_new(int source_fd, int target_fd, zc_task **task) {
  int error = zc_check_socket(source_fd);
  if (!error) error = zc_check_socket(target_fd);
  if (error) return error;
  zc_relay *r = malloc(sizeof *r);
  if (r) *r = (zc_relay){.task = {.kind = &relay_kind}, .unread = UINT64_MAX};
  return finish_new(r, source_fd, target_fd, task);
}

int zc_save_new(int socket_fd, int file_fd, int64_t offset, uint64_t count, zc_task **task) {
  int error = zc_check_socket(socket_fd);
  if (error) return error;
  zc_relay *r = malloc(sizeof *r);
  if (r) *r = (zc_relay){.task = {.kind = &save_kind}, .offset = offset, .unread = count};
  return finish_new(r, socket_fd, file_fd, task);
}
