#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "probe.h"

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

void zc_release_segments(void) {
  cpu_set_t before;
  if (sched_getaffinity(0, sizeof before, &before) < 0) return;
  for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &before)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) == 0) zc_probe_sendfile_tcp();
  }
  sched_setaffinity(0, sizeof before, &before);
}
