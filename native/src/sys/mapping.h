/*
 * Mapped memory: a file's, or anonymous.
 *
 *     zc_map ──▶ pages of the file ── zc_mapping_vacate ──▶ pages that cannot be had ──
 * zc_mapping_free (the addresses are still taken)
 *
 * Memory that was shown to somebody whom nobody tracks is vacated before it is freed: a system call
 * that still works on it gets EFAULT, a read gets zeros from the guard, and neither gets whatever
 * was mapped there next.
 *
 * Threads: a mapping is made and freed by one thread; sync and advise may run on others meanwhile,
 * and the caller sees to it that none does when it vacates or frees.
 */
#ifndef ZC_MAPPING_H
#define ZC_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zc_mapping zc_mapping;

typedef struct {
  int fd;         /* -1 with MAP_ANONYMOUS; not kept */
  int64_t offset; /* a multiple of the page size */
  size_t length;  /* not 0 */
  int protection; /* PROT_* */
  int flags;      /* MAP_*; MAP_FIXED is refused */
} zc_map_request;

size_t zc_page_size(void);

/* mmap(2). 0 or -errno. */
int zc_map(const zc_map_request *request, zc_mapping **mapping);

/* NULL unless [offset, offset + length) lies in the mapping. */
void *zc_mapping_at(const zc_mapping *mapping, int64_t offset, int64_t length);

/* Whether the guard had to put zeros somewhere. Always false without the guard. */
bool zc_mapping_faulted(const zc_mapping *mapping);

/* msync(2) and madvise(2) on the pages that the range touches. 0 or -errno. */
int zc_mapping_sync(const zc_mapping *mapping, int64_t offset, int64_t length, int flags);
int zc_mapping_advise(const zc_mapping *mapping, int64_t offset, int64_t length, int advice);

/* Takes the file's pages away, keeps the addresses. Again does nothing. */
void zc_mapping_vacate(zc_mapping *mapping);

void zc_mapping_free(zc_mapping *mapping);

#endif
