#include "code.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What stands in the place of code that has moved away. */
static zc_code gone;

static size_t slot_of(const zc_code_map *map, uintptr_t start) {
  uint64_t mixed = (uint64_t)start * UINT64_C(0x9e3779b97f4a7c15);
  size_t slot = (size_t)(mixed >> 20) & (map->capacity - 1);
  while (map->by_start[slot] &&
         (map->by_start[slot] == &gone || map->by_start[slot]->start != start)) {
    slot = (slot + 1) & (map->capacity - 1);
  }
  return slot;
}

static void free_code(zc_code *code) {
  if (code->id) return;
  free(code->name);
  free(code->positions);
  free(code);
}

static bool grow(zc_code_map *map) {
  if (map->used * 2 < map->capacity) return true;
  zc_code_map larger = *map;
  larger.capacity = map->capacity ? map->capacity * 2 : 1 << 12;
  larger.by_start = calloc(larger.capacity, sizeof *larger.by_start);
  if (!larger.by_start) return false;
  larger.used = 0;
  for (size_t i = 0; i < map->capacity; i++) {
    zc_code *code = map->by_start[i];
    if (!code || code == &gone) continue;
    larger.by_start[slot_of(&larger, code->start)] = code;
    larger.used += 1;
  }
  free(map->by_start);
  *map = larger;
  return true;
}

/* What lies at `start`, new if need be; NULL without memory. */
static zc_code *at(zc_code_map *map, uintptr_t start, bool replace) {
  if (!grow(map)) return NULL;
  size_t slot = slot_of(map, start);
  zc_code *code = map->by_start[slot];
  if (code && !replace) return code;
  zc_code *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return NULL;
  fresh->start = start;
  fresh->serial = ++map->serial;
  if (code) {
    free_code(code);
  } else {
    map->used += 1;
  }
  map->by_start[slot] = fresh;
  map->is_stale = true;
  map->sorted_count = 0; /* it may name what was freed */
  return fresh;
}

/* "JS:*name file:1:2" of optimised code is "JS:~name file:1:2" as bytecode: FNV-1a of the rest. */
static uint64_t function_of(const char *name) {
  const char *text = strchr(name, ':');
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  text = text ? text + 1 : name;
  if (*text == 'o' && text[1] != '\0' && strchr("*~^+'", text[1])) text += 1;
  while (*text == '*' || *text == '~' || *text == '^' || *text == '+' || *text == '\'') {
    text += 1;
  }
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
  return hash | 1;
}

/* Nobody looks for a line inside of Node. */
static bool is_of_node(const char *name) { return strstr(name, " node:") != NULL; }

static zc_own_positions *own_of(const zc_code_map *map, uint64_t function) {
  size_t slot = (size_t)function & (map->own_capacity - 1);
  while (map->own[slot].function && map->own[slot].function != function) {
    slot = (slot + 1) & (map->own_capacity - 1);
  }
  return &map->own[slot];
}

static bool grow_own(zc_code_map *map) {
  if (map->own_used * 2 < map->own_capacity) return true;
  zc_code_map larger = *map;
  larger.own_capacity = map->own_capacity ? map->own_capacity * 2 : 1 << 10;
  larger.own = calloc(larger.own_capacity, sizeof *larger.own);
  if (!larger.own) return false;
  for (size_t i = 0; i < map->own_capacity; i++) {
    if (map->own[i].function) *own_of(&larger, map->own[i].function) = map->own[i];
  }
  free(map->own);
  *map = larger;
  return true;
}

static void remember_positions(zc_code_map *map, const zc_code *code) {
  if (!grow_own(map)) return;
  zc_own_positions *own = own_of(map, code->function);
  if (own->function) return; /* compiled again, from the same source */
  int32_t *positions = malloc((code->count + 1) * sizeof *positions);
  char *name = strdup(code->name);
  if (!positions || !name) {
    free(positions);
    free(name);
    return;
  }
  for (uint32_t i = 0; i < code->count; i++) positions[i] = code->positions[i].position;
  *own = (zc_own_positions){code->function, name, positions, code->count};
  map->own_used += 1;
}

void zc_code_added(zc_code_map *map, uintptr_t start, size_t length, bool is_bytecode,
                   const char *name, size_t name_length) {
  zc_code *code = at(map, start, false);
  /* Positions come before the name. */
  if (code && code->name) code = at(map, start, true);
  if (!code) return;
  code->length = length;
  code->is_bytecode = is_bytecode;
  code->name = malloc(name_length + 1);
  if (!code->name) return;
  for (size_t i = 0; i < name_length; i++) code->name[i] = name[i];
  code->name[name_length] = '\0';
  code->function = function_of(code->name);
  map->is_stale = true;
  if (is_of_node(code->name)) {
    free(code->positions);
    code->positions = NULL;
    code->count = 0;
  } else if (is_bytecode && code->count > 0) {
    remember_positions(map, code);
  }
}

void zc_code_moved(zc_code_map *map, uintptr_t from, uintptr_t to) {
  if (map->capacity == 0) return;
  size_t slot = slot_of(map, from);
  zc_code *code = map->by_start[slot];
  if (!code) return;
  map->by_start[slot] = &gone;
  code->start = to;
  code->serial = ++map->serial;
  map->is_stale = true;
  if (!grow(map)) return;
  slot = slot_of(map, to);
  if (map->by_start[slot]) {
    map->sorted_count = 0;
    free_code(map->by_start[slot]);
  } else {
    map->used += 1;
  }
  map->by_start[slot] = code;
}

void zc_code_positions(zc_code_map *map, uintptr_t start, zc_position *positions, uint32_t count) {
  zc_code *code = at(map, start, false);
  if (code && code->positions) code = at(map, start, true);
  if (!code) {
    free(positions);
    return;
  }
  code->positions = positions;
  code->count = count;
}

void zc_code_forget(zc_code_map *map) {
  for (size_t i = 0; i < map->capacity; i++) {
    if (map->by_start[i] && map->by_start[i] != &gone) free_code(map->by_start[i]);
  }
  free(map->by_start);
  free(map->sorted);
  *map = (zc_code_map){
      .kept = map->kept,
      .kept_count = map->kept_count,
      .own = map->own,
      .own_capacity = map->own_capacity,
      .own_used = map->own_used,
  };
}

static int by_start(const void *left, const void *right) {
  uintptr_t a = (*(zc_code *const *)left)->start;
  uintptr_t b = (*(zc_code *const *)right)->start;
  return (a > b) - (a < b);
}

/* Of two that overlap the later one is there: the other was freed, which nobody tells. */
static void drop_overlaps(zc_code_map *map) {
  size_t kept = 0;
  for (size_t i = 0; i < map->sorted_count; i++) {
    zc_code *code = map->sorted[i];
    if (!code->name) continue;
    while (kept > 0 && map->sorted[kept - 1]->start + map->sorted[kept - 1]->length > code->start &&
           map->sorted[kept - 1]->serial < code->serial) {
      kept -= 1;
    }
    if (kept > 0 && map->sorted[kept - 1]->start + map->sorted[kept - 1]->length > code->start) {
      continue;
    }
    map->sorted[kept++] = code;
  }
  map->sorted_count = kept;
}

static bool sort(zc_code_map *map) {
  if (!map->is_stale && map->sorted_count > 0) return true;
  zc_code **sorted = realloc(map->sorted, (map->used + 1) * sizeof *sorted);
  if (!sorted) return false;
  map->sorted = sorted;
  map->sorted_count = 0;
  for (size_t i = 0; i < map->capacity; i++) {
    zc_code *code = map->by_start[i];
    if (code && code != &gone) sorted[map->sorted_count++] = code;
  }
  qsort(sorted, map->sorted_count, sizeof *sorted, by_start);
  drop_overlaps(map);
  map->is_stale = false;
  return true;
}

zc_code *zc_code_find(zc_code_map *map, uintptr_t address) {
  if (!map) return NULL;
  if (!sort(map)) return NULL;
  size_t low = 0;
  size_t high = map->sorted_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (map->sorted[middle]->start <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return NULL;
  zc_code *code = map->sorted[low - 1];
  return address < code->start + code->length ? code : NULL;
}

uint32_t zc_code_keep(zc_code_map *map, zc_code *code) {
  static atomic_uint last;
  if (code->id) return code->id;
  zc_code **kept = realloc(map->kept, (map->kept_count + 1) * sizeof(zc_code *));
  if (!kept) return 0;
  map->kept = kept;
  kept[map->kept_count++] = code;
  code->id = atomic_fetch_add(&last, 1) + 1;
  return code->id;
}

static bool has_position(const zc_own_positions *own, int32_t position) {
  for (uint32_t i = 0; i < own->count; i++) {
    if (own->positions[i] == position) return true;
  }
  return false;
}

int32_t zc_code_position(zc_code_map *map, const zc_code *code, uintptr_t address) {
  uint32_t offset = (uint32_t)(address - code->start);
  int32_t position = ZC_NO_POSITION;
  for (uint32_t i = 0; i < code->count && code->positions[i].offset <= offset; i++) {
    position = code->positions[i].position;
  }
  if (position < 0 || code->is_bytecode || map->own_capacity == 0) return position;
  const zc_own_positions *own = own_of(map, code->function);
  return has_position(own, position) ? position : ZC_FOREIGN(position);
}

size_t zc_code_owners(const zc_code_map *map, int32_t position, const char **names, size_t limit) {
  size_t found = 0;
  for (size_t i = 0; i < map->own_capacity && found < limit; i++) {
    const zc_own_positions *own = &map->own[i];
    if (own->function && has_position(own, position)) names[found++] = own->name;
  }
  return found;
}
