/*
 * Would reading this part of a file wait for a disk, or for a server?
 *
 * Linux cannot be told not to wait: a sendfile(2) to a socket that does not block still reads the
 * file as long as that takes. So it is asked beforehand. The answer is a hint, true when it was
 * given: memory may run short in between, and then one window waits.
 *
 * What is asked: cachestat(2) (Linux 6.5) whether every page is there; then a read of one byte with
 * RWF_NOWAIT, at both ends, whether they hold data, because cachestat also counts pages that a disk
 * is still filling. Without cachestat the two reads decide alone (ENOSYS, or EPERM by a seccomp
 * filter: found out once per process). Where a file system can answer neither (overlayfs), nothing
 * is resident.
 */
#ifndef ZC_RESIDENCY_H
#define ZC_RESIDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Any thread; never waits on a local file system. `length` is above 0. */
bool zc_is_resident(int fd, int64_t offset, size_t length);

typedef enum {
  ZC_STORAGE_UNKNOWN,
  ZC_STORAGE_LOCAL, /* what is in the page cache is read without asking anybody */
  ZC_STORAGE_REMOTE /* or of a kind we do not know: NFS, SMB, FUSE, 9p, … ask their server first */
} zc_storage;

/* Any thread; asks nobody. `device` is the st_dev of a file; 0 is never known. */
zc_storage zc_known_storage(uint64_t device);

/* Asks the file system, which may have to ask its server: pool threads only. Never UNKNOWN. */
zc_storage zc_find_storage(int fd);

#endif
