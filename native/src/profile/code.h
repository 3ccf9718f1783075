/*
 * The code of one isolate: where each function lies, what it is called, and which place of the
 * source every instruction belongs to. Told by V8 as it makes, moves and replaces code.
 *
 * Not thread-safe: the owner holds a lock. Never used by hooks.
 */
#ifndef ZC_CODE_H
#define ZC_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t offset;
  int32_t position; /* characters from the start of the script */
} zc_position;

typedef struct {
  uintptr_t start;
  size_t length;
  uint64_t serial; /* later ones replace earlier ones */
  uint32_t id;     /* above 0 when a stack names it: then it is kept for good */
  bool is_bytecode;
  char *name;        /* as V8 writes it, or NULL so far */
  uint64_t function; /* a hash of the name without the mark of its tier */
  zc_position *positions;
  uint32_t count;
} zc_code;

/* The positions that a function has in its own bytecode, kept for good. */
typedef struct {
  uint64_t function;
  char *name;
  int32_t *positions;
  uint32_t count;
} zc_own_positions;

typedef struct {
  zc_code **by_start; /* open addressing */
  size_t capacity;
  size_t used;
  zc_code **sorted; /* by start, without overlaps */
  size_t sorted_count;
  bool is_stale; /* `sorted` */
  uint64_t serial;
  zc_code **kept;
  size_t kept_count;
  zc_own_positions *own; /* open addressing */
  size_t own_capacity;
  size_t own_used;
} zc_code_map;

void zc_code_added(zc_code_map *map, uintptr_t start, size_t length, bool is_bytecode,
                   const char *name, size_t name_length);
void zc_code_moved(zc_code_map *map, uintptr_t from, uintptr_t to);

/* Takes `positions` over. */
void zc_code_positions(zc_code_map *map, uintptr_t start, zc_position *positions, uint32_t count);

/* Frees what no stack names, but for whose positions are whose. */
void zc_code_forget(zc_code_map *map);

/* The code at `address`, or NULL. */
zc_code *zc_code_find(zc_code_map *map, uintptr_t address);

/* Gives it an id, one of all maps. */
uint32_t zc_code_keep(zc_code_map *map, zc_code *code);

/*
 * The position p of the instruction at `address`; ZC_NO_POSITION; or ZC_FOREIGN(p), when the
 * bytecode of the function has no such position: optimised code, which has taken in another
 * function, of any script, that p belongs to.
 */
#define ZC_NO_POSITION (-1)
#define ZC_FOREIGN(position) (-2 - (position))
int32_t zc_code_position(zc_code_map *map, const zc_code *code, uintptr_t address);

/* The names of functions that have `position`, at most `limit`. */
size_t zc_code_owners(const zc_code_map *map, int32_t position, const char **names, size_t limit);

#endif
