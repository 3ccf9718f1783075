#include "move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "files.h"
#include "residency.h"
#include "syscalls.h"

/* So long what was found resident is believed, so that a quick reader costs no more questions. */
#define RESIDENT_FOR_MS 100

typedef struct {
  zc_task task;
  zc_via via;
  int socket_fd;
  int file_fd;
  int pipe_fds[2]; /* splice only */
  int64_t offset;
  uint64_t unread; /* bytes of the file not yet asked for */
  size_t in_pipe;  /* bytes read into the pipe and not yet in the socket */

  uint64_t device;
  zc_storage storage;
  int64_t resident_end; /* what was found resident, and when */
  int64_t resident_at_ms;
  bool just_fetched; /* to be sent in the next turn, however long that takes to come */
  int64_t asked_end; /* up to here the kernel has been asked to read ahead */
} zc_move;

int zc_check_socket(int fd) {
  int type;
  socklen_t length = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  return type == SOCK_STREAM && (flags & O_NONBLOCK) ? 0 : -EINVAL;
}

static int open_descriptors(zc_move *m, const zc_request *request) {
  int error = zc_check_socket(request->socket_fd);
  if (error) return error;
  if ((m->socket_fd = zc_duplicate(request->socket_fd)) < 0) return m->socket_fd;
  if ((m->file_fd = zc_duplicate(request->file_fd)) < 0) return m->file_fd;
  if (request->via == ZC_VIA_SPLICE) {
    if (pipe2(m->pipe_fds, O_CLOEXEC) < 0) return -errno;
    /* A smaller pipe works as well, with more calls. */
    fcntl(m->pipe_fds[1], F_SETPIPE_SZ, (int)ZC_WINDOW_BYTES);
  }
  return 0;
}

static size_t at_most(uint64_t wanted, size_t limit) {
  return wanted < limit ? (size_t)wanted : limit;
}

/*
 * A short count is not "would block": since Linux 4.3 sendfile may stop early at any time, so only
 * EAGAIN says that the socket is full.
 */
static int64_t step_sendfile(zc_move *m, size_t budget) {
  int64_t sent = zc_sendfile(m->socket_fd, m->file_fd, &m->offset, at_most(m->unread, budget));
  if (sent > 0) m->unread -= (uint64_t)sent;
  if (sent == 0) return -ZC_ETRUNCATED;
  return sent;
}

static int64_t step_splice(zc_move *m, size_t budget) {
  if (m->in_pipe == 0) {
    int64_t filled = zc_splice(m->file_fd, &m->offset, m->pipe_fds[1], at_most(m->unread, budget),
                               SPLICE_F_MOVE);
    if (filled < 0) return filled;
    if (filled == 0) return -ZC_ETRUNCATED;
    m->in_pipe = (size_t)filled;
    m->unread -= (uint64_t)filled;
  }
  unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (m->unread > 0 ? SPLICE_F_MORE : 0U);
  int64_t sent = zc_splice(m->pipe_fds[0], NULL, m->socket_fd, m->in_pipe, flags);
  if (sent > 0) m->in_pipe -= (size_t)sent;
  return sent;
}

static zc_task_state send_up_to(zc_move *m, size_t budget) {
  zc_task *task = &m->task;
  while (m->unread > 0 || m->in_pipe > 0) {
    if (budget == 0) return ZC_TASK_MORE;
    int64_t sent = m->via == ZC_VIA_SENDFILE ? step_sendfile(m, budget) : step_splice(m, budget);
    if (sent == -EAGAIN) return ZC_TASK_WAIT;
    if (sent < 0) {
      task->error = (int)sent;
      return ZC_TASK_DONE;
    }
    task->moved += (uint64_t)sent;
    budget -= at_most((uint64_t)sent, budget);
  }
  return ZC_TASK_DONE;
}

/* ---- on the sender thread ---- */

/* How much of the file can be read from here on without waiting; at most a window counts. */
static size_t resident_ahead(zc_move *m) {
  if (m->storage == ZC_STORAGE_UNKNOWN) m->storage = zc_known_storage(m->device);
  if (m->storage != ZC_STORAGE_LOCAL) return 0;
  int64_t now = zc_now_ms();
  bool old = !m->just_fetched && now - m->resident_at_ms > RESIDENT_FOR_MS;
  m->just_fetched = false;
  if (old || m->resident_end < m->offset) m->resident_end = m->offset;
  size_t known = (size_t)(m->resident_end - m->offset);
  if (known >= ZC_WINDOW_BYTES || known == m->unread) return known;
  size_t window = at_most(m->unread - known, ZC_WINDOW_BYTES);
  if (!zc_is_resident(m->file_fd, m->resident_end, window)) return known;
  m->resident_end += (int64_t)window;
  m->resident_at_ms = now;
  return known + window;
}

static zc_task_state step(zc_task *task) {
  zc_move *m = (zc_move *)task;
  if (task->error) return ZC_TASK_DONE;
  if (m->unread == 0) return send_up_to(m, ZC_WINDOW_BYTES); /* what is left in the pipe */
  size_t ready = resident_ahead(m);
  return ready > 0 ? send_up_to(m, at_most(ready, ZC_WINDOW_BYTES)) : ZC_TASK_DISK;
}

/* ---- on the disk pool ---- */

/* Lets the disk work while the socket does. A hint: that it fails does not matter. */
static void read_ahead(zc_move *m, int64_t end) {
  int64_t start = m->asked_end > m->offset ? m->asked_end : m->offset;
  if (start >= end || m->unread == 0) return;
  zc_fadvise(m->file_fd, start, end - start, POSIX_FADV_WILLNEED);
  m->asked_end = end;
}

/*
 * Waits until the window that was asked for is there: until its last byte is, because disks are
 * read upwards. Nothing is moved but that byte. False where that does not make it resident.
 */
static bool fetch(zc_move *m) {
  if (m->storage != ZC_STORAGE_LOCAL) return false;
  size_t window = at_most(m->unread, ZC_WINDOW_BYTES);
  char byte;
  struct iovec place = {.iov_base = &byte, .iov_len = 1};
  int64_t last = m->offset + (int64_t)window - 1;
  if (zc_preadv(m->file_fd, &place, 1, last, 0) != 1) return false;
  if (!zc_is_resident(m->file_fd, m->offset, window)) return false;
  m->resident_end = last + 1;
  m->resident_at_ms = zc_now_ms();
  m->just_fetched = true;
  return true;
}

static zc_task_state run_on_disk(zc_task *task) {
  zc_move *m = (zc_move *)task;
  int64_t window = (int64_t)ZC_WINDOW_BYTES;
  bool was_unknown = m->storage == ZC_STORAGE_UNKNOWN;
  if (zc_known_storage(m->device) == ZC_STORAGE_UNKNOWN) m->storage = zc_find_storage(m->file_fd);
  /* What is in memory does not have to wait here behind others that are not. */
  if (was_unknown) return ZC_TASK_MORE;
  read_ahead(m, m->offset + 2 * window);
  return fetch(m) ? ZC_TASK_MORE : send_up_to(m, ZC_WINDOW_BYTES);
}

/* ---- making and closing ---- */

static void release(zc_move *m) {
  zc_close(m->socket_fd);
  zc_close(m->file_fd);
  zc_close(m->pipe_fds[0]);
  zc_close(m->pipe_fds[1]);
  free(m);
}

static void close_move(zc_task *task) { release((zc_move *)task); }

static const zc_task_kind kind = {.step = step, .disk = run_on_disk, .close = close_move};

int zc_move_new(const zc_request *request, zc_begun begun, zc_task **task) {
  zc_move *m = malloc(sizeof *m);
  if (!m) return -ENOMEM;
  *m = (zc_move){
      .task = {.kind = &kind, .moved = begun.sent, .error = begun.error, .wait_for = EPOLLOUT},
      .via = request->via,
      .socket_fd = -1,
      .file_fd = -1,
      .pipe_fds = {-1, -1},
      .offset = request->offset + (int64_t)begun.sent,
      .unread = request->count - begun.sent,
      .device = request->device,
  };
  int error = open_descriptors(m, request);
  if (error) {
    release(m);
    return error;
  }
  m->task.wait_fd = m->socket_fd;
  *task = &m->task;
  return 0;
}

/* ---- on the caller's thread ---- */

static bool can_send_at_once(const zc_request *request) {
  return request->via == ZC_VIA_SENDFILE && request->count > 0 &&
         request->count <= ZC_AT_ONCE_BYTES &&
         zc_known_storage(request->device) == ZC_STORAGE_LOCAL &&
         zc_check_socket(request->socket_fd) == 0 &&
         zc_is_resident(request->file_fd, request->offset, (size_t)request->count);
}

zc_begun zc_move_at_once(const zc_request *request) {
  if (!can_send_at_once(request)) return (zc_begun){0};
  int64_t offset = request->offset;
  int64_t sent = zc_sendfile(request->socket_fd, request->file_fd, &offset, (size_t)request->count);
  if (sent >= 0) return (zc_begun){.sent = (uint64_t)sent};
  return (zc_begun){.error = sent == -EAGAIN ? 0 : (int)sent};
}
