/*
 * Keeps the process alive when a mapped file loses its pages.
 *
 * Touching a page of a file that was truncated, whose disk fails or is full, raises SIGBUS, which
 * ends the process. The guard's handler puts a page of zeros there instead and marks the mapping as
 * faulted; whoever uses the mapping has to ask for the mark before it believes what it read. Faults
 * outside of guarded ranges, and SIGBUS of any other kind, go to whoever had the signal before.
 *
 * System calls on such a page fail with EFAULT and raise nothing.
 *
 * Threads: every function may be called from any thread; the handler takes no lock. A range must
 * not be unmapped while it is guarded.
 */
#ifndef ZC_MAP_GUARD_H
#define ZC_MAP_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One guarded range. Slots are used again and never freed: the handler may look at any time. */
typedef struct {
  _Atomic uintptr_t start;
  _Atomic uintptr_t end; /* 0: free, or being written */
  _Atomic bool faulted;
} zc_guarded;

/* Installs the handler once per process. Until then faults end the process. 0 or -errno. */
int zc_guard_install(void);

/* Whole pages. NULL without memory for the slot. */
zc_guarded *zc_guard_add(void *start, size_t length);
void zc_guard_remove(zc_guarded *slot);

bool zc_guard_faulted(zc_guarded *slot);

/* Counts the faults of all ranges: while it stands still, nobody need ask for marks. Wraps. */
extern _Atomic int32_t zc_guard_faults;

#endif
