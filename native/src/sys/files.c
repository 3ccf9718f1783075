#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "syscalls.h"

/* One number on every architecture; older headers lack them. */
static const long openat2_number = 437;
static const long cachestat_number = 451;

/* Evaluates `call` again while it is interrupted; then result or -errno. */
#define RETRY(result, call)                 \
  do {                                      \
    (result) = (call);                      \
  } while ((result) < 0 && errno == EINTR); \
  if ((result) < 0) (result) = -(int64_t)errno

int64_t zc_copy_file_range(int in_fd, int64_t *in_offset, int out_fd, int64_t *out_offset,
                           size_t count) {
  int64_t result;
  RETRY(result, copy_file_range(in_fd, (off_t *)in_offset, out_fd, (off_t *)out_offset, count, 0));
  return result;
}

/* More parts than an int counts are as wrong as 1025: UIO_MAXIOV of the kernel is 1024. */
static int part_count(size_t count) { return count > INT_MAX ? INT_MAX : (int)count; }

int64_t zc_readv(int fd, const struct iovec *parts, size_t count) {
  int64_t result;
  RETRY(result, readv(fd, parts, part_count(count)));
  return result;
}

int64_t zc_writev(int fd, const struct iovec *parts, size_t count) {
  int64_t result;
  RETRY(result, writev(fd, parts, part_count(count)));
  return result;
}

/* The kernel takes the offset in two halves; where a long holds it all it ignores the second. */
static long low(int64_t offset) { return (long)offset; }
static long high(int64_t offset) { return (long)(offset >> 32); }

int64_t zc_preadv(int fd, const struct iovec *parts, size_t count, int64_t offset, int flags) {
  int64_t result;
  RETRY(result, syscall(SYS_preadv2, fd, parts, count, low(offset), high(offset), flags));
  return result;
}

int64_t zc_pwritev(int fd, const struct iovec *parts, size_t count, int64_t offset, int flags) {
  int64_t result;
  RETRY(result, syscall(SYS_pwritev2, fd, parts, count, low(offset), high(offset), flags));
  return result;
}

/* Moves a new descriptor to its place. */
static int64_t settle(int64_t fd, int place) {
  if (fd < 0 || place < 0) return fd;
  int error = zc_duplicate_to((int)fd, place);
  zc_close((int)fd);
  return error ? error : place;
}

int64_t zc_memfd_create(const char *name, unsigned flags, int place) {
  int64_t fd;
  RETRY(fd, syscall(SYS_memfd_create, name, flags | 1u /* MFD_CLOEXEC */));
  return settle(fd, place);
}

int64_t zc_openat2(int directory_fd, const char *path, uint64_t flags, uint64_t mode,
                   uint64_t resolve, int place) {
  struct { /* open_how of linux/openat2.h */
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
  } how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
  int64_t fd;
  RETRY(fd, syscall(openat2_number, directory_fd, path, &how, sizeof how));
  return settle(fd, place);
}

/* 0 for what may be opened. `fd` is one of O_PATH, which has opened nothing. */
static int check_kind(int fd) {
  struct statx file;
  if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &file) < 0) return -errno;
  return S_ISREG(file.stx_mode) || S_ISDIR(file.stx_mode) ? 0 : -ENXIO;
}

int64_t zc_open_file(int directory_fd, const char *path, uint64_t resolve, int place) {
  if (directory_fd < 0) directory_fd = AT_FDCWD;
  int64_t name = zc_openat2(directory_fd, path, O_PATH, 0, resolve, -1);
  if (name < 0) return name;
  int error = check_kind((int)name);
  zc_close((int)name);
  if (error) return error;
  uint64_t flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  return zc_openat2(directory_fd, path, flags, 0, resolve, place);
}

int64_t zc_fadvise(int fd, int64_t offset, int64_t length, int advice) {
  return -posix_fadvise(fd, (off_t)offset, (off_t)length, advice);
}

int64_t zc_cachestat(int fd, uint64_t offset, uint64_t length, zc_pages *pages) {
  struct { /* cachestat_range of linux/mman.h */
    uint64_t offset;
    uint64_t length;
  } range = {.offset = offset, .length = length};
  int64_t result;
  RETRY(result, syscall(cachestat_number, fd, &range, pages, 0));
  return result;
}

int64_t zc_clone_file(int out_fd, int in_fd) {
  int64_t result;
  RETRY(result, ioctl(out_fd, FICLONE, in_fd));
  return result;
}

int64_t zc_next_data(int fd, int64_t offset, int64_t *start, int64_t *end) {
  *start = lseek(fd, (off_t)offset, SEEK_DATA);
  if (*start < 0) return -errno;
  *end = lseek(fd, (off_t)*start, SEEK_HOLE);
  return *end < 0 ? -errno : 0;
}

int64_t zc_seek(int fd, int64_t offset) {
  int64_t position = lseek(fd, (off_t)offset, SEEK_SET);
  return position < 0 ? -errno : position;
}
