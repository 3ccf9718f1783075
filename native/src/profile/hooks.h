/*
 * What is called in place of libc's functions: counts, sometimes takes a sample, and calls libc.
 *
 * SAFETY: a hook runs wherever the program copies: on any thread, in a signal handler, between fork
 * and exec, in the middle of V8's garbage collection. So it allocates nothing, uses no stdio, takes
 * no lock, keeps errno, and does nothing at all while the thread is doing the profiler's own work.
 * The order of things on a thread: counters first, then the sample, then (user space) or before
 * (kernel) the call itself, whose result is handed on untouched.
 */
#ifndef ZC_HOOKS_H
#define ZC_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots.h"

typedef struct {
  size_t minimum; /* copies in user space below this are not looked at */
  double rate;    /* mean bytes between two sample points; 0 takes no samples */
  bool adapt;     /* let the rate grow while samples come too fast */
  uint64_t seed;
} zc_hook_options;

/* Counts from 0. 0 or -errno. */
int zc_hooks_start(zc_hook_options options, zc_slots *taken);

/*
 * Counts `bytes` that this thread has copied without libc, and samples them like all others: the
 * stack is that of the caller, under the number of an operation instead of an address.
 */
void zc_hooks_charge(size_t bytes, uint32_t operation);

/* Takes the slots of what has been loaded since. */
zc_slots zc_hooks_renew(void);

/* Stops counting, and gives the slots back. */
zc_slots zc_hooks_stop(void);

bool zc_hooks_are_counting(void);

#endif
