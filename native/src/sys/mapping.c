#include "mapping.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "map_guard.h"

struct zc_mapping {
  uint8_t *address;
  size_t length;
  zc_guarded *slot;
};

size_t zc_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static size_t whole_pages(size_t length) {
  size_t page = zc_page_size();
  return (length + page - 1) / page * page;
}

int zc_map(const zc_map_request *request, zc_mapping **mapping) {
  if (request->flags & MAP_FIXED || request->length == 0 || request->length > PTRDIFF_MAX) {
    return -EINVAL;
  }
  zc_mapping *made = calloc(1, sizeof *made);
  if (!made) return -ENOMEM;
  void *address = mmap(NULL, request->length, request->protection, request->flags, request->fd,
                       (off_t)request->offset);
  if (address == MAP_FAILED) {
    int error = -errno;
    free(made);
    return error;
  }
  made->address = address;
  made->length = request->length;
  made->slot = zc_guard_add(address, whole_pages(request->length));
  if (!made->slot) {
    munmap(address, request->length);
    free(made);
    return -ENOMEM;
  }
  *mapping = made;
  return 0;
}

void *zc_mapping_at(const zc_mapping *mapping, int64_t offset, int64_t length) {
  if (offset < 0 || length < 0 || (uint64_t)offset > mapping->length ||
      (uint64_t)length > mapping->length - (uint64_t)offset) {
    return NULL;
  }
  return mapping->address + offset;
}

bool zc_mapping_faulted(const zc_mapping *mapping) { return zc_guard_faulted(mapping->slot); }

/* From the start of the first page. */
static bool pages_of(const zc_mapping *mapping, int64_t offset, int64_t length, void **start,
                     size_t *size) {
  if (!zc_mapping_at(mapping, offset, length)) return false;
  size_t before = (size_t)offset % zc_page_size();
  *start = mapping->address + ((size_t)offset - before);
  *size = (size_t)length + before;
  return true;
}

int zc_mapping_sync(const zc_mapping *mapping, int64_t offset, int64_t length, int flags) {
  void *start;
  size_t size;
  if (!pages_of(mapping, offset, length, &start, &size)) return -EINVAL;
  return msync(start, size, flags) ? -errno : 0;
}

int zc_mapping_advise(const zc_mapping *mapping, int64_t offset, int64_t length, int advice) {
  void *start;
  size_t size;
  if (!pages_of(mapping, offset, length, &start, &size)) return -EINVAL;
  int result;
  do {
    result = madvise(start, size, advice);
  } while (result < 0 && errno == EINTR);
  return result ? -errno : 0;
}

/*
 * An empty file has no page anywhere, so its mapping answers as a truncated file does: EFAULT to
 * system calls, SIGBUS (which the guard turns into zeros) to everybody else.
 */
void zc_mapping_vacate(zc_mapping *mapping) {
  size_t length = whole_pages(mapping->length);
  int empty = memfd_create("zerocopy:vacated", MFD_CLOEXEC);
  void *address = MAP_FAILED;
  if (empty >= 0) {
    address = mmap(mapping->address, length, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, empty, 0);
    close(empty);
  }
  if (address != MAP_FAILED) return;
  mmap(mapping->address, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

void zc_mapping_free(zc_mapping *mapping) {
  /* Before the addresses are free: what is mapped there next is not ours to guard. */
  zc_guard_remove(mapping->slot);
  munmap(mapping->address, mapping->length);
  free(mapping);
}
