#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/sendfile.h>
#include <unistd.h>

static _Atomic uint64_t sendfile_bytes;
static _Atomic uint64_t sendfile_calls;
static _Atomic uint64_t splice_bytes;
static _Atomic uint64_t splice_calls;

static void count(_Atomic uint64_t *bytes, _Atomic uint64_t *calls, int64_t result) {
  atomic_fetch_add_explicit(calls, 1, memory_order_relaxed);
  if (result > 0) atomic_fetch_add_explicit(bytes, (uint64_t)result, memory_order_relaxed);
}

int64_t zc_sendfile(int out_fd, int in_fd, int64_t *offset, size_t size) {
  int64_t result;
  do {
    result = sendfile(out_fd, in_fd, (off_t *)offset, size);
    count(&sendfile_bytes, &sendfile_calls, result);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

int64_t zc_splice(int in_fd, int64_t *in_offset, int out_fd, size_t size, unsigned flags) {
  return zc_splice_at(in_fd, in_offset, out_fd, NULL, size, flags);
}

int64_t zc_splice_at(int in_fd, int64_t *in_offset, int out_fd, int64_t *out_offset, size_t size,
                     unsigned flags) {
  int64_t result;
  do {
    result = splice(in_fd, (off_t *)in_offset, out_fd, (off_t *)out_offset, size, flags);
    count(&splice_bytes, &splice_calls, result);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

int zc_duplicate(int fd) {
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return copy < 0 ? -errno : copy;
}

int zc_duplicate_to(int fd, int place) { return dup3(fd, place, O_CLOEXEC) < 0 ? -errno : 0; }

void zc_close(int fd) {
  if (fd >= 0) close(fd);
}

zc_counters zc_read_counters(void) {
  return (zc_counters){
      .sendfile_bytes = atomic_load_explicit(&sendfile_bytes, memory_order_relaxed),
      .sendfile_calls = atomic_load_explicit(&sendfile_calls, memory_order_relaxed),
      .splice_bytes = atomic_load_explicit(&splice_bytes, memory_order_relaxed),
      .splice_calls = atomic_load_explicit(&splice_calls, memory_order_relaxed),
  };
}
