#include "reply.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/uio.h>

#include "files.h"
#include "residency.h"
#include "sockets.h"
#include "syscalls.h"

static zc_begun begun(uint64_t sent, int64_t result) {
  if (result >= 0) return (zc_begun){.sent = sent + (uint64_t)result};
  return (zc_begun){.sent = sent, .error = result == -EAGAIN ? 0 : (int)result};
}

/* All of the body, which is there, or less. */
static int64_t read_at_once(const zc_request *file, struct iovec *body) {
  int64_t found = zc_preadv(file->file_fd, body, 1, file->offset, RWF_NOWAIT);
  if (found != -EOPNOTSUPP) return found;
  /* tmpfs of older kernels cannot be asked; what is there it gives without waiting. */
  if (!zc_is_resident(file->file_fd, file->offset, body->iov_len)) return -EAGAIN;
  return zc_preadv(file->file_fd, body, 1, file->offset, 0);
}

static zc_begun send_copied(const zc_reply *reply) {
  char memory[ZC_REPLY_COPIED_BYTES];
  struct iovec pieces[2] = {
      {.iov_base = (void *)(uintptr_t)reply->head, .iov_len = reply->head_length},
      {.iov_base = memory, .iov_len = (size_t)reply->file.count},
  };
  int64_t found = read_at_once(&reply->file, &pieces[1]);
  if (found != (int64_t)reply->file.count) return (zc_begun){0};
  return begun(0, zc_send_pieces(reply->file.socket_fd, pieces, 2, false));
}

static zc_begun send_head(const zc_reply *reply, bool more) {
  struct iovec head = {.iov_base = (void *)(uintptr_t)reply->head, .iov_len = reply->head_length};
  return begun(0, zc_send_pieces(reply->file.socket_fd, &head, 1, more));
}

static zc_begun send_referenced(const zc_reply *reply) {
  zc_request window = reply->file;
  if (window.count > ZC_WINDOW_BYTES) window.count = ZC_WINDOW_BYTES;
  if (zc_check_socket(window.socket_fd) != 0 ||
      !zc_is_resident(window.file_fd, window.offset, (size_t)window.count)) {
    return (zc_begun){0};
  }
  zc_begun head = {0};
  if (reply->head_length > 0) head = send_head(reply, true);
  if (head.error || head.sent < reply->head_length) return head;
  int64_t offset = window.offset;
  return begun(head.sent,
               zc_sendfile(window.socket_fd, window.file_fd, &offset, (size_t)window.count));
}

zc_begun zc_reply_at_once(const zc_reply *reply) {
  const zc_request *file = &reply->file;
  if (file->count == 0 && reply->head_length > 0) return send_head(reply, false);
  if (file->count == 0 || zc_known_storage(file->device) != ZC_STORAGE_LOCAL) {
    return (zc_begun){0};
  }
  bool copied = file->count < reply->copied_below && file->count <= ZC_REPLY_COPIED_BYTES;
  return copied ? send_copied(reply) : send_referenced(reply);
}
