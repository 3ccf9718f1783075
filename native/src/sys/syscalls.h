/*
 * One system call per function, nothing else.
 *
 * Plain C: no JavaScript, no allocation, no state but the counters. Each function returns what the
 * kernel returned, or -errno. A call interrupted by a signal before it moved a byte is made again
 * (PEP 475), so -EINTR never comes out.
 *
 * Threads: every function may be called from any thread at any time. File descriptors stay the
 * caller's; the ones made here are close-on-exec.
 */
#ifndef ZC_SYSCALLS_H
#define ZC_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

/* The most one call moves; the kernel clamps larger counts: sendfile(2) NOTES, MAX_RW_COUNT. */
#define ZC_MAX_COUNT ((size_t)0x7ffff000)

/*
 * What this library moved inside the kernel, process-wide, since it was loaded. /proc/self/io
 * counts sendfile(2) as bytes read and as bytes written though no byte reached user space, so
 * whoever measures copies takes these off.
 */
typedef struct {
  uint64_t sendfile_bytes;
  uint64_t sendfile_calls;
  uint64_t splice_bytes;
  uint64_t splice_calls;
} zc_counters;

/* sendfile(2). `offset` NULL: read from, and advance, the file position of `in_fd`. */
int64_t zc_sendfile(int out_fd, int in_fd, int64_t *offset, size_t count);

/* splice(2); `flags` are SPLICE_F_*. An end that is a pipe takes a NULL offset. */
int64_t zc_splice(int in_fd, int64_t *in_offset, int out_fd, size_t count, unsigned flags);

/* The same, for two ends of any kind: NULL as an offset means the position of that end. */
int64_t zc_splice_at(int in_fd, int64_t *in_offset, int out_fd, int64_t *out_offset, size_t count,
                     unsigned flags);

/* A new close-on-exec descriptor for the same open file description. */
int zc_duplicate(int fd);

/* Makes `place`, which is open, a close-on-exec descriptor for the file of `fd`: dup3(2). */
int zc_duplicate_to(int fd, int place);

/* close(2). Never retried: on Linux the descriptor is gone whatever is returned. */
void zc_close(int fd);

/* Each counter is read atomically, the set is not. */
zc_counters zc_read_counters(void);

#endif
