#include "cache.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "files.h"
#include "probe.h"

int64_t zc_resident_bytes(int fd, uint64_t offset, uint64_t length) {
  zc_pages pages;
  int64_t result = zc_cachestat(fd, offset, length, &pages);
  return result < 0 ? result : (int64_t)pages.cached * sysconf(_SC_PAGESIZE);
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
