#include "origins.h"

#include <stdlib.h>
#include <string.h>

static size_t home_of(const zc_origins *origins, uint64_t id) {
  return (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (origins->capacity - 1);
}

/* Where it is, or would be. */
static zc_known_operation *place_of(const zc_origins *origins, uint64_t id) {
  size_t at = home_of(origins, id);
  while (origins->lasting[at].id != 0 && origins->lasting[at].id != id) {
    at = (at + 1) & (origins->capacity - 1);
  }
  return &origins->lasting[at];
}

uint32_t zc_origin_of(const zc_origins *origins, double id) {
  if (!origins->recent || id < 1) return 0;
  uint64_t number = (uint64_t)id;
  const uint32_t *pair = &origins->recent[2 * (number & (origins->recent_count - 1))];
  if (pair[0] == (uint32_t)number) return pair[1];
  return origins->capacity ? place_of(origins, number)->origin : 0;
}

uint32_t zc_carried_origin(const zc_origins *origins) {
  return origins->recent ? origins->recent[2 * origins->recent_count] : 0;
}

static bool grow(zc_origins *origins) {
  if (origins->count * 2 < origins->capacity) return true;
  zc_origins larger = *origins;
  larger.capacity = origins->capacity ? origins->capacity * 2 : 1 << 10;
  larger.lasting = calloc(larger.capacity, sizeof *larger.lasting);
  if (!larger.lasting) return false;
  for (size_t i = 0; i < origins->capacity; i++) {
    const zc_known_operation *each = &origins->lasting[i];
    if (each->id != 0) *place_of(&larger, each->id) = *each;
  }
  free(origins->lasting);
  *origins = larger;
  return true;
}

bool zc_origins_keep(zc_origins *origins, uint64_t id, uint32_t origin) {
  if (!grow(origins)) return false;
  zc_known_operation *place = place_of(origins, id);
  if (place->id == 0) origins->count += 1;
  *place = (zc_known_operation){.id = id, .origin = origin};
  return true;
}

/* What stands behind it moves up, so that it is found from its home without a gap. */
void zc_origins_drop(zc_origins *origins, uint64_t id) {
  if (origins->capacity == 0) return;
  zc_known_operation *gap = place_of(origins, id);
  if (gap->id == 0) return;
  size_t mask = origins->capacity - 1;
  size_t hole = (size_t)(gap - origins->lasting);
  for (size_t at = (hole + 1) & mask; origins->lasting[at].id != 0; at = (at + 1) & mask) {
    size_t distance = (at - home_of(origins, origins->lasting[at].id)) & mask;
    if (distance < ((at - hole) & mask)) continue;
    origins->lasting[hole] = origins->lasting[at];
    hole = at;
  }
  origins->lasting[hole] = (zc_known_operation){0};
  origins->count -= 1;
}

void zc_origins_end(zc_origins *origins) {
  free(origins->lasting);
  *origins = (zc_origins){0};
}

static char *kinds[ZC_KINDS];
static uint32_t kind_count;

uint32_t zc_kind_of(const char *name) {
  for (uint32_t kind = 0; kind < kind_count; kind++) {
    if (strcmp(kinds[kind], name) == 0) return kind;
  }
  char *copy = kind_count < ZC_KINDS ? strdup(name) : NULL;
  if (!copy) return ZC_KINDS - 1;
  kinds[kind_count] = copy;
  return kind_count++;
}

const char *zc_kind_name(uint32_t kind) { return kind < kind_count ? kinds[kind] : NULL; }
