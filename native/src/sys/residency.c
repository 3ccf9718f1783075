#include "residency.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cache.h"
#include "clock.h"
#include "files.h"

/* ---- pages ---- */

static atomic_bool no_cachestat;

static uint64_t bytes_of_pages(int64_t offset, size_t length) {
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  uint64_t start = (uint64_t)offset / page * page;
  uint64_t end = ((uint64_t)offset + length + page - 1) / page * page;
  return end - start;
}

/* 1 when the byte can be read at once; -EAGAIN when not; -EOPNOTSUPP where nobody can tell. */
static int64_t read_one_at_once(int fd, int64_t offset) {
  char byte;
  struct iovec place = {.iov_base = &byte, .iov_len = 1};
  return zc_preadv(fd, &place, 1, offset, RWF_NOWAIT);
}

bool zc_is_resident(int fd, int64_t offset, size_t length) {
  bool all_there = false;
  if (!atomic_load_explicit(&no_cachestat, memory_order_relaxed)) {
    int64_t cached = zc_resident_bytes(fd, (uint64_t)offset, length);
    if (cached == -ENOSYS || cached == -EPERM) {
      atomic_store_explicit(&no_cachestat, true, memory_order_relaxed);
    } else if (cached < 0 || (uint64_t)cached < bytes_of_pages(offset, length)) {
      return false;
    } else {
      all_there = true;
    }
  }
  int64_t first = read_one_at_once(fd, offset);
  /* tmpfs: it has no disk that could still be filling a page. */
  if (first == -EOPNOTSUPP) return all_there;
  return first == 1 && read_one_at_once(fd, offset + (int64_t)length - 1) == 1;
}

/* ---- file systems ---- */

/*
 * statfs(2) may hang for as long as a server does not answer, so it is asked on the pool and the
 * answer kept, by device. Not for long: the number of an unmounted device is used again.
 */
#define KNOWN_DEVICES 32
#define KNOWN_FOR_MS 10000

typedef struct {
  uint64_t device;
  int64_t found_at_ms;
  zc_storage storage;
} known_device;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static known_device known[KNOWN_DEVICES];
static size_t next_place;

/* f_type of file systems whose page cache needs no server's word: linux/magic.h and their sources.
 */
static const uint32_t local_types[] = {
    0x0000ef53, /* ext2, ext3, ext4 */
    0x58465342, /* xfs */
    0x9123683e, /* btrfs */
    0x01021994, /* tmpfs, memfd */
    0x858458f6, /* ramfs */
    0xf2f52010, /* f2fs */
    0xca451a4e, /* bcachefs */
    0x2fc12fc1, /* zfs */
    0xe0f5e1e2, /* erofs */
    0x73717368, /* squashfs */
    0x00009660, /* iso9660 */
    0x00004d44, /* fat */
    0x2011bab0, /* exfat */
    0x7366746e, /* ntfs3 */
};

static zc_storage storage_of_type(uint32_t type) {
  for (size_t i = 0; i < sizeof local_types / sizeof *local_types; i++) {
    if (local_types[i] == type) return ZC_STORAGE_LOCAL;
  }
  return ZC_STORAGE_REMOTE;
}

static known_device *find(uint64_t device) {
  for (size_t i = 0; i < KNOWN_DEVICES; i++) {
    if (known[i].device == device) return &known[i];
  }
  return NULL;
}

zc_storage zc_known_storage(uint64_t device) {
  if (device == 0) return ZC_STORAGE_UNKNOWN;
  pthread_mutex_lock(&lock);
  const known_device *found = find(device);
  bool fresh = found && zc_now_ms() - found->found_at_ms < KNOWN_FOR_MS;
  zc_storage storage = fresh ? found->storage : ZC_STORAGE_UNKNOWN;
  pthread_mutex_unlock(&lock);
  return storage;
}

/* Not fstat(2): its symbol is new in glibc 2.33 (glibc_compat.h). */
static int device_of(int fd, uint64_t *device) {
  struct statx file;
  if (statx(fd, "", AT_EMPTY_PATH, 0, &file) < 0) return -errno;
  *device = makedev(file.stx_dev_major, file.stx_dev_minor);
  return 0;
}

zc_storage zc_find_storage(int fd) {
  uint64_t device = 0;
  struct statfs system;
  if (device_of(fd, &device) < 0 || fstatfs(fd, &system) < 0) return ZC_STORAGE_REMOTE;
  zc_storage storage = storage_of_type((uint32_t)system.f_type);
  pthread_mutex_lock(&lock);
  known_device *place = find(device);
  if (!place) place = &known[next_place++ % KNOWN_DEVICES];
  *place = (known_device){.device = device, .found_at_ms = zc_now_ms(), .storage = storage};
  pthread_mutex_unlock(&lock);
  return storage;
}
