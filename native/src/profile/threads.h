/*
 * What every thread of the process has copied, exactly. A record belongs to the thread that writes
 * it; everybody may read it. Records are never freed: what a thread has copied stays counted after
 * its end. Threads beyond the number of records share the last one, and are counted but never
 * sampled.
 *
 * Used by the hooks: nothing here allocates, waits, or makes a system call but gettid(2), once.
 */
#ifndef ZC_THREADS_H
#define ZC_THREADS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "calls.h"
#include "sampler.h"

#define ZC_THREAD_RECORDS 1024

struct zc_journal;

typedef struct {
  atomic_int tid;         /* 0: the record is free */
  _Atomic(void *) caller; /* who called the first copy that was counted */
  atomic_uint_fast64_t calls[ZC_CALLS];
  atomic_uint_fast64_t bytes[ZC_CALLS];
  atomic_uint_fast64_t moved_calls; /* by the engine for itself, on a thread of JavaScript */
  atomic_uint_fast64_t moved_bytes;
  uint32_t ours;       /* above 0: what happens is the profiler's own work */
  uint32_t collecting; /* above 0: what happens is garbage collection */
  bool was_javascript; /* has taken stacks */
  bool is_shared;      /* by all threads that found no record */
  bool is_busy;        /* a sample is being taken: a signal may have come in between */
  uint32_t epoch;      /* of the sampler */
  zc_sampler sampler;
  _Atomic(struct zc_journal *) journal; /* of a thread of JavaScript that takes stacks */
} zc_thread;

/* The record of this thread. Never NULL. */
zc_thread *zc_thread_self(void);

/* The record at `index`, or NULL when no thread has it. */
zc_thread *zc_thread_at(uint32_t index);
uint32_t zc_thread_index(const zc_thread *thread);

/*
 * What this thread has copied so far in user space was the engine's own: an environment was set up.
 * What has crossed to the kernel is nobody's when nothing of the program has run: the files were
 * ours.
 */
void zc_thread_disown(zc_thread *self, bool crossings_too);

/* All counters become 0. Threads that copy meanwhile may keep some. */
void zc_threads_reset(void);

#endif
