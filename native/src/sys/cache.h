/*
 * The page cache, seen and emptied, one file at a time.
 *
 * Threads: any.
 */
#ifndef ZC_CACHE_H
#define ZC_CACHE_H

#include <stdint.h>

/*
 * Bytes of [offset, offset + length) that are in the page cache, in whole pages; length 0 means to
 * the end. cachestat(2), Linux 6.5: -ENOSYS before that, -EPERM under some seccomp filters.
 */
int64_t zc_resident_bytes(int fd, uint64_t offset, uint64_t length);

/*
 * Asks the kernel to forget the clean pages of the file: posix_fadvise(2), POSIX_FADV_DONTNEED.
 * Pages that are dirty or mapped stay, so fsync first, and look afterwards.
 */
int zc_drop_cache(int fd);

#endif
