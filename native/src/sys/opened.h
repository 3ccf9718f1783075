/*
 * Files opened for reading without waiting, on the caller's thread: found in the kernel's cache of
 * names, or not at all (Linux 5.12).
 *
 * -EAGAIN when a directory would have to be read; -ENXIO for what is not opened because opening it
 * may do something: devices, FIFOs. Between the look at a file and its opening another may take its
 * path, so the caller asks the descriptor what it is. It is close-on-exec, and the caller's.
 */
#ifndef ZC_OPENED_H
#define ZC_OPENED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A regular file or a directory, on a file system that is known to be local: opening one of another
 * may wait for its server. `directory_fd` below 0: the working directory; `resolve`: RESOLVE_*.
 */
int64_t zc_open_cached(int directory_fd, const char *path, uint64_t resolve);

/* A regular file; also -EAGAIN unless its file system is known to be local (residency.h). */
int64_t zc_open_cached_local(const char *path);

/*
 * Whether the file still has the size and the time of its last change that it had, in milliseconds
 * as `fs.Stats` of Node computes them. No server is asked.
 */
bool zc_is_unchanged(int fd, int64_t size, double mtime_ms);

#endif
