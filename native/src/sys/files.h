/*
 * System calls on files: one per function, nothing else. What syscalls.h says holds here too: the
 * result is the kernel's or -errno, EINTR never comes out, descriptors stay the caller's.
 *
 * Calls that a C library may not know (musl, old glibc) are made by number.
 *
 * Threads: every function may be called from any thread. Memory belongs to the caller, who keeps it
 * in place until the function returns.
 */
#ifndef ZC_FILES_H
#define ZC_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* An offset, or NULL for the file position, which is then advanced; as in zc_sendfile. */
int64_t zc_copy_file_range(int in_fd, int64_t *in_offset, int out_fd, int64_t *out_offset,
                           size_t count);

/* readv(2), writev(2), and preadv2(2), pwritev2(2) with RWF_* as `flags`. */
int64_t zc_readv(int fd, const struct iovec *parts, size_t count);
int64_t zc_writev(int fd, const struct iovec *parts, size_t count);
int64_t zc_preadv(int fd, const struct iovec *parts, size_t count, int64_t offset, int flags);
int64_t zc_pwritev(int fd, const struct iovec *parts, size_t count, int64_t offset, int flags);

/*
 * Both make a close-on-exec descriptor. `place` is -1, or an open descriptor of the caller's, which
 * becomes the new file and is returned: so that a descriptor made off the caller's thread always
 * has an owner. After a failure `place` is what it was.
 */
int64_t zc_memfd_create(const char *name, unsigned flags, int place);
int64_t zc_openat2(int directory_fd, const char *path, uint64_t flags, uint64_t mode,
                   uint64_t resolve, int place);

/*
 * Opens a regular file or a directory for reading, and nothing else: a device may do something when
 * it is opened, a FIFO wakes its writer. -ENXIO for those. What the path leads to is looked at
 * before it is opened; who swaps it in between gets a device opened without waiting, so the caller
 * has to ask what the descriptor is. `directory_fd` below 0: the working directory. `resolve`:
 * RESOLVE_*. `place` as above.
 */
int64_t zc_open_file(int directory_fd, const char *path, uint64_t resolve, int place);

int64_t zc_fadvise(int fd, int64_t offset, int64_t length, int advice);

/* Pages of a range, as in linux/mman.h of 6.5. */
typedef struct {
  uint64_t cached;
  uint64_t dirty;
  uint64_t writeback;
  uint64_t evicted;
  uint64_t recently_evicted;
} zc_pages;

/* cachestat(2), Linux 6.5; length 0: to the end of the file. */
int64_t zc_cachestat(int fd, uint64_t offset, uint64_t length, zc_pages *pages);

/* ioctl_ficlone(2): `out_fd` shares all blocks of `in_fd`, until one of them is written to. */
int64_t zc_clone_file(int out_fd, int in_fd);

/*
 * The first stretch of data at or behind `offset`: SEEK_DATA and SEEK_HOLE of lseek(2). -ENXIO when
 * there is none. Moves the file position.
 */
int64_t zc_next_data(int fd, int64_t offset, int64_t *start, int64_t *end);

/* Sets the file position: lseek(2), SEEK_SET. */
int64_t zc_seek(int fd, int64_t offset);

#endif
