/*
 * Stacks that are settled, each once, in a table that only grows. A stack is what its fields say,
 * but for the sums, which belong to whoever owns the table.
 *
 * Not thread-safe: the owner holds a lock.
 */
#ifndef ZC_STACKS_H
#define ZC_STACKS_H

#include <stddef.h>
#include <stdint.h>

/* A frame: of code that V8 has told of, or an address of the program itself. */
typedef struct {
  uint32_t code;    /* id, or 0 */
  int32_t position; /* as zc_code_places says */
  uint64_t address; /* when `code` is 0 */
} zc_frame;

typedef struct {
  uint32_t call;
  uint32_t thread; /* index of the record */
  uint32_t state;  /* V8's, see v8.h */
  uint32_t frames;
  uint64_t caller;   /* `key` of its place */
  uint64_t callback; /* C++ that JavaScript has called, or 0 */
  uint32_t origin;   /* index + 1 of the stack that has started it, or 0 */
  uint64_t samples;
  double bytes; /* estimated */
  double variance;
  double sampled; /* bytes of the samples themselves */
  const zc_frame *frame;
} zc_stack;

/* Open addressing over an array that grows. */
typedef struct {
  zc_stack *stacks;
  size_t count;
  size_t room;
  uint32_t *index; /* of `stacks`, plus 1 */
  size_t capacity;
} zc_stack_table;

/* The same stack, in the table; its frames are copied. NULL without memory. */
zc_stack *zc_stacks_find_or_add(zc_stack_table *table, const zc_stack *stack);

/* Forgets all. */
void zc_stacks_clear(zc_stack_table *table);

#endif
