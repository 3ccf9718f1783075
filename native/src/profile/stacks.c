#include "stacks.h"

#include <stdbool.h>
#include <stdlib.h>

#include "hash.h"

static uint64_t hash_of(const zc_stack *stack) {
  uint64_t hash = zc_mix(zc_mix(stack->call, stack->state), stack->thread);
  hash = zc_mix(zc_mix(zc_mix(hash, stack->caller), stack->callback), stack->origin);
  for (uint32_t i = 0; i < stack->frames; i++) {
    const zc_frame *frame = &stack->frame[i];
    hash = zc_mix(zc_mix(hash, frame->code), frame->address ^ (uint64_t)(uint32_t)frame->position);
  }
  return hash;
}

static bool is_same(const zc_stack *a, const zc_stack *b) {
  if (a->call != b->call || a->state != b->state || a->thread != b->thread ||
      a->caller != b->caller || a->callback != b->callback || a->origin != b->origin ||
      a->frames != b->frames) {
    return false;
  }
  for (uint32_t i = 0; i < a->frames; i++) {
    if (a->frame[i].code != b->frame[i].code || a->frame[i].position != b->frame[i].position ||
        a->frame[i].address != b->frame[i].address) {
      return false;
    }
  }
  return true;
}

static uint32_t *slot_for(const zc_stack_table *table, const zc_stack *stack) {
  size_t slot = (size_t)hash_of(stack) & (table->capacity - 1);
  while (table->index[slot] && !is_same(&table->stacks[table->index[slot] - 1], stack)) {
    slot = (slot + 1) & (table->capacity - 1);
  }
  return &table->index[slot];
}

static bool make_room(zc_stack_table *table) {
  if (table->count < table->room) return true;
  size_t room = table->room ? 2 * table->room : 1 << 10;
  zc_stack *more = realloc(table->stacks, room * sizeof *more);
  if (!more) return false;
  table->stacks = more;
  uint32_t *index = calloc(2 * room, sizeof *index);
  if (!index) return false;
  free(table->index);
  table->index = index;
  table->capacity = 2 * room;
  table->room = room;
  for (size_t i = 0; i < table->count; i++) *slot_for(table, &table->stacks[i]) = (uint32_t)i + 1;
  return true;
}

zc_stack *zc_stacks_find_or_add(zc_stack_table *table, const zc_stack *stack) {
  if (!make_room(table)) return NULL;
  uint32_t *slot = slot_for(table, stack);
  if (*slot) return &table->stacks[*slot - 1];
  zc_frame *frames = calloc(stack->frames + 1, sizeof *frames);
  if (!frames) return NULL;
  for (uint32_t i = 0; i < stack->frames; i++) frames[i] = stack->frame[i];
  table->stacks[table->count] = *stack;
  table->stacks[table->count].frame = frames;
  *slot = (uint32_t)++table->count;
  return &table->stacks[table->count - 1];
}

void zc_stacks_clear(zc_stack_table *table) {
  for (size_t i = 0; i < table->count; i++) free((void *)(uintptr_t)table->stacks[i].frame);
  table->count = 0;
  for (size_t i = 0; i < table->capacity; i++) table->index[i] = 0;
}
