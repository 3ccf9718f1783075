#include "opened.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "files.h"
#include "residency.h"
#include "syscalls.h"

/* Of linux/openat2.h: fails rather than wait for a directory. */
#define RESOLVE_CACHED 0x20

int64_t zc_open_cached(int directory_fd, const char *path, uint64_t resolve) {
  return zc_open_file(directory_fd, path, resolve | RESOLVE_CACHED, -1);
}

/* `fd` is one of O_PATH, which asks nobody; nor does this. */
static int check_local_file(int fd) {
  struct statx file;
  if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &file) < 0) return -errno;
  uint64_t device = makedev(file.stx_dev_major, file.stx_dev_minor);
  if (!S_ISREG(file.stx_mode)) return -ENXIO;
  return zc_known_storage(device) == ZC_STORAGE_LOCAL ? 0 : -EAGAIN;
}

int64_t zc_open_cached_local(const char *path) {
  int64_t found = zc_openat2(AT_FDCWD, path, O_PATH, 0, RESOLVE_CACHED, -1);
  if (found < 0) return found;
  int error = check_local_file((int)found);
  zc_close((int)found);
  if (error) return error;
  uint64_t flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  return zc_openat2(AT_FDCWD, path, flags, 0, RESOLVE_CACHED, -1);
}

bool zc_is_unchanged(int fd, int64_t size, double mtime_ms) {
  struct statx file;
  unsigned wanted = STATX_SIZE | STATX_MTIME;
  if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, &file) < 0) return false;
  double now_ms = (double)file.stx_mtime.tv_sec * 1e3 + (double)file.stx_mtime.tv_nsec / 1e6;
  return file.stx_size == (uint64_t)size && now_ms == mtime_ms;
}
