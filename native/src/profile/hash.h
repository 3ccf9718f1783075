/* What tables of stacks are keyed by. Not for input of strangers: who chooses values makes
 * collisions. */
#ifndef ZC_HASH_H
#define ZC_HASH_H

#include <stdint.h>

/* `hash` of what came before, and `value`. */
static inline uint64_t zc_mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 32);
}

#endif
