#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* One number on every architecture; glibc has no wrapper. */
static const long cachestat_number = 451;

/* As in linux/mman.h of 6.5. */
struct range {
  uint64_t offset;
  uint64_t length;
};

struct pages {
  uint64_t cached;
  uint64_t dirty;
  uint64_t writeback;
  uint64_t evicted;
  uint64_t recently_evicted;
};

int64_t zc_resident_bytes(int fd, uint64_t offset, uint64_t length) {
  struct range range = {.offset = offset, .length = length};
  struct pages pages;
  if (syscall(cachestat_number, fd, &range, &pages, 0) < 0) return -errno;
  return (int64_t)pages.cached * sysconf(_SC_PAGESIZE);
}

int zc_drop_cache(int fd) { return -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); }
