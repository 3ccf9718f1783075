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

/*
 * Makes every CPU free the network segments it has put off freeing. Segments sent by sendfile hold
 * pages of the file, and after the receiver has read them they wait on the CPU that made them until
 * it receives something again (skb_attempt_defer_free, Linux 5.19); so each one is given a byte
 * over loopback. Moves the calling thread from CPU to CPU and back.
 */
void zc_release_segments(void);

#endif
