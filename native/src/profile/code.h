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

#include "inlined.h"

typedef struct {
  uintptr_t start;
  size_t length;
  uint64_t serial; /* later ones replace earlier ones */
  uint32_t id;     /* above 0 when a stack names it: then it is kept for good */
  bool is_bytecode;
  char *name;             /* as V8 writes it, or NULL so far */
  uint64_t function;      /* a hash of the name without the mark of its tier */
  zc_position *positions; /* by offset */
  uint32_t count;
  zc_inlined_call *calls; /* of optimised code */
  uint32_t call_count;
} zc_code;

/* A function, whichever code it has just now. Kept as long as the map. */
typedef struct {
  uint64_t function;
  uint32_t id; /* as in zc_code, for functions that stand in stacks without code of their own */
  char *name;
  int32_t *positions; /* those of its own bytecode, once V8 has told them */
  uint32_t count;
} zc_known_function;

/* Which function a SharedFunctionInfo is of. It may move: who asks checks what it can. */
typedef struct {
  uintptr_t shared;
  uint64_t function;
} zc_shared;

typedef struct {
  uint32_t code;    /* id, or 0 */
  int32_t position; /* in the script, ZC_NO_POSITION, or ZC_FOREIGN(p) */
} zc_code_place;

/* Sorting is dear, and while a program warms up code comes all the time. */
#define ZC_FRESH 128

typedef struct {
  zc_code **by_start; /* open addressing */
  size_t capacity;
  size_t used;
  zc_code **sorted; /* by start, without overlaps */
  size_t sorted_count;
  zc_code *fresh[ZC_FRESH]; /* told since it was sorted, latest last */
  size_t fresh_count;
  bool is_stale; /* `sorted` */
  uint64_t serial;
  zc_code **kept;
  size_t kept_count;
  zc_known_function *functions; /* open addressing */
  size_t function_capacity;
  size_t function_count;
  zc_shared *shared; /* open addressing */
  size_t shared_capacity;
  size_t shared_count;
} zc_code_map;

typedef struct {
  uintptr_t start;
  size_t length;
  bool is_bytecode;
  const char *name; /* not terminated */
  size_t name_length;
  uintptr_t shared; /* the address of its SharedFunctionInfo, or 0 */
} zc_new_code;

void zc_code_added(zc_code_map *map, const zc_new_code *told);
void zc_code_moved(zc_code_map *map, uintptr_t from, uintptr_t to);

/* Takes `positions` over, which are by offset. */
void zc_code_positions(zc_code_map *map, uintptr_t start, zc_position *positions, uint32_t count);

/* Frees what no stack names. */
void zc_code_forget(zc_code_map *map);

/* The code at `address`, or NULL. */
zc_code *zc_code_find(zc_code_map *map, uintptr_t address);

/* Gives it an id, one of all maps. */
uint32_t zc_code_keep(zc_code_map *map, zc_code *code);

/*
 * Where the instruction behind `code` at `address` stands: innermost first, more than one place
 * when functions have been taken in. ZC_FOREIGN(p): in one of which nothing but p is known.
 */
#define ZC_NO_POSITION (-1)
#define ZC_FOREIGN(position) (-2 - (position))
size_t zc_code_places(zc_code_map *map, zc_code *code, uintptr_t address, zc_code_place *places,
                      size_t limit);

#endif
