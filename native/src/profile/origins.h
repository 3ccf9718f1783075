/*
 * Which operations the program has started, by their async ids: for each the number of the stack
 * that has started it. Of one thread of JavaScript, whose hook of async_hooks
 * (src/profile/origin.ts) tells of them.
 *
 * Most ids live shortly (promises, ticks): JavaScript writes those into a ring itself, the oldest
 * are overwritten. What may last for days (servers, connections) is told here, and forgotten when
 * its object is collected.
 *
 * Written by the thread itself, never within a hook; read by its hooks, and by others under the
 * lock of the journal, which the owner holds while it writes.
 */
#ifndef ZC_ORIGINS_H
#define ZC_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t id; /* 0: free */
  uint32_t origin;
} zc_known_operation;

typedef struct {
  const uint32_t *recent; /* pairs: the lower half of an id, its origin; then that of the promise
                             that goes on now. Memory of JavaScript's */
  size_t recent_count;    /* of pairs: a power of two */
  zc_known_operation *lasting;
  size_t capacity;
  size_t count;
} zc_origins;

/* 0: it has none, or nobody knows any more. */
uint32_t zc_origin_of(const zc_origins *origins, double id);

/* Of the promise that goes on now: its thread only. 0: none does. */
uint32_t zc_carried_origin(const zc_origins *origins);

/* False without memory. */
bool zc_origins_keep(zc_origins *origins, uint64_t id, uint32_t origin);
void zc_origins_drop(zc_origins *origins, uint64_t id);
void zc_origins_end(zc_origins *origins);

/*
 * The number of a kind of operation, the same on all threads, and its name, or NULL. Kinds beyond
 * the last share it. The caller holds the lock.
 */
#define ZC_KINDS 512
uint32_t zc_kind_of(const char *name);
const char *zc_kind_name(uint32_t kind);

#endif
