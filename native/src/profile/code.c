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
  free(code->calls);
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

/* The last of what is sorted that begins at `address` or before it, plus 1. */
static size_t last_before(const zc_code_map *map, uintptr_t address) {
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
  return low;
}

/* `code` goes, and `other` begins where it did. */
static void exchange(zc_code_map *map, const zc_code *code, zc_code *other) {
  if (map->is_stale) return;
  size_t at = last_before(map, code->start);
  if (at > 0 && map->sorted[at - 1] == code) map->sorted[at - 1] = other;
  for (size_t i = 0; i < map->fresh_count; i++) {
    if (map->fresh[i] == code) map->fresh[i] = other;
  }
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
    exchange(map, code, fresh);
    free_code(code);
  } else {
    map->used += 1;
  }
  map->by_start[slot] = fresh;
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

/* Builtins, stubs and regular expressions have no functions of their own. */
static bool is_javascript(const char *name) {
  static const char *const groups[] = {"JS:", "Function:", "LazyCompile:", "Script:", "Eval:"};
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (strncmp(name, groups[i], strlen(groups[i])) == 0) return true;
  }
  return false;
}

static zc_known_function *known(const zc_code_map *map, uint64_t function) {
  size_t slot = (size_t)function & (map->function_capacity - 1);
  while (map->functions[slot].function && map->functions[slot].function != function) {
    slot = (slot + 1) & (map->function_capacity - 1);
  }
  return &map->functions[slot];
}

static bool grow_functions(zc_code_map *map) {
  if (map->function_count * 2 < map->function_capacity) return true;
  zc_code_map larger = *map;
  larger.function_capacity = map->function_capacity ? map->function_capacity * 2 : 1 << 12;
  larger.functions = calloc(larger.function_capacity, sizeof *larger.functions);
  if (!larger.functions) return false;
  for (size_t i = 0; i < map->function_capacity; i++) {
    const zc_known_function *each = &map->functions[i];
    if (each->function) *known(&larger, each->function) = *each;
  }
  free(map->functions);
  *map = larger;
  return true;
}

static void remember_function(zc_code_map *map, const zc_code *code) {
  if (!grow_functions(map)) return;
  zc_known_function *found = known(map, code->function);
  if (!found->function) {
    char *name = strdup(code->name);
    if (!name) return;
    *found = (zc_known_function){.function = code->function, .name = name};
    map->function_count += 1;
  }
  /* Compiled again it has the same ones. */
  if (!code->is_bytecode || code->count == 0 || found->positions) return;
  found->positions = malloc(code->count * sizeof *found->positions);
  if (!found->positions) return;
  found->count = code->count;
  for (uint32_t i = 0; i < code->count; i++) found->positions[i] = code->positions[i].position;
}

static zc_shared *shared_of(const zc_code_map *map, uintptr_t shared) {
  size_t slot =
      (size_t)((shared * UINT64_C(0x9e3779b97f4a7c15)) >> 24) & (map->shared_capacity - 1);
  while (map->shared[slot].shared && map->shared[slot].shared != shared) {
    slot = (slot + 1) & (map->shared_capacity - 1);
  }
  return &map->shared[slot];
}

static bool grow_shared(zc_code_map *map) {
  if (map->shared_count * 2 < map->shared_capacity) return true;
  zc_code_map larger = *map;
  larger.shared_capacity = map->shared_capacity ? map->shared_capacity * 2 : 1 << 12;
  larger.shared = calloc(larger.shared_capacity, sizeof *larger.shared);
  if (!larger.shared) return false;
  for (size_t i = 0; i < map->shared_capacity; i++) {
    if (map->shared[i].shared) *shared_of(&larger, map->shared[i].shared) = map->shared[i];
  }
  free(map->shared);
  *map = larger;
  return true;
}

static void remember_shared(zc_code_map *map, uintptr_t shared, uint64_t function) {
  if (!grow_shared(map)) return;
  zc_shared *found = shared_of(map, shared);
  if (!found->shared) map->shared_count += 1;
  *found = (zc_shared){.shared = shared, .function = function};
}

static bool has_position(const zc_known_function *function, int32_t position) {
  for (uint32_t i = 0; i < function->count; i++) {
    if (function->positions[i] == position) return true;
  }
  return false;
}

static bool was_told(const zc_code *code, const zc_position *wanted) {
  uint32_t low = 0;
  uint32_t high = code->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (code->positions[middle].offset < wanted->offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < code->count && code->positions[low].offset == wanted->offset; low++) {
    if (code->positions[low].position == wanted->position) return true;
  }
  return false;
}

/* TurboFan's positions are told: all that was read must be among them. */
static bool agrees_with_told(const zc_inlined *found, void *data) {
  const zc_code *code = data;
  for (uint32_t i = 0; i < found->position_count; i++) {
    if (!was_told(code, &found->positions[i])) return false;
  }
  return true;
}

typedef struct {
  const zc_code *code;
  const zc_known_function *function;
} own_code;

/*
 * Maglev's are not: what is not taken in must be the function's own, in the order of the code and
 * inside of it. The entry, which is at the first place, stands where the function begins.
 */
static bool agrees_with_bytecode(const zc_inlined *found, void *data) {
  const own_code *own = data;
  int32_t entry = found->positions[0].position;
  uint32_t last = 0;
  for (uint32_t i = 0; i < found->position_count; i++) {
    const zc_position *each = &found->positions[i];
    if (each->offset < last || each->offset >= own->code->length) return false;
    if (each->inlined == ZC_NOT_INLINED && each->position != entry &&
        !has_position(own->function, each->position)) {
      return false;
    }
    last = each->offset;
  }
  return found->position_count > 1;
}

/* What was taken into optimised code. */
static void learn_inlined(const zc_code_map *map, zc_code *code) {
  zc_inlined found;
  if (code->count > 0) {
    if (!zc_read_inlined(code->start, agrees_with_told, code, &found)) return;
  } else {
    if (map->function_capacity == 0) return;
    own_code own = {.code = code, .function = known(map, code->function)};
    if (own.function->count == 0) return;
    if (!zc_read_inlined(code->start, agrees_with_bytecode, &own, &found)) return;
  }
  free(code->positions);
  code->positions = found.positions;
  code->count = found.position_count;
  code->calls = found.calls;
  code->call_count = found.call_count;
}

void zc_code_added(zc_code_map *map, const zc_new_code *told) {
  zc_code *code = at(map, told->start, false);
  /* Positions come before the name. */
  if (code && code->name) code = at(map, told->start, true);
  if (!code) return;
  code->length = told->length;
  code->is_bytecode = told->is_bytecode;
  code->name = strndup(told->name, told->name_length);
  if (!code->name) return;
  code->function = function_of(code->name);
  if (map->is_stale || map->sorted_count == 0 || map->fresh_count == ZC_FRESH) {
    map->is_stale = true;
  } else {
    map->fresh[map->fresh_count++] = code;
  }
  if (!is_javascript(code->name)) return;
  if (!code->is_bytecode) learn_inlined(map, code);
  remember_function(map, code);
  if (told->shared) remember_shared(map, told->shared, code->function);
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

static bool push_kept(zc_code_map *map, zc_code *code) {
  zc_code **kept = realloc(map->kept, (map->kept_count + 1) * sizeof(zc_code *));
  if (!kept) return false;
  map->kept = kept;
  kept[map->kept_count++] = code;
  return true;
}

/* Of a function that a stack names its name is kept, as if it were code. */
static zc_code *as_code(const zc_known_function *function) {
  zc_code *code = function->id ? calloc(1, sizeof *code) : NULL;
  if (code) *code = (zc_code){.id = function->id, .name = function->name};
  return code;
}

static void forget_functions(zc_code_map *map) {
  zc_code **kept = realloc(map->kept, (map->kept_count + map->function_count + 1) * sizeof *kept);
  if (kept) map->kept = kept;
  for (size_t i = 0; i < map->function_capacity; i++) {
    zc_known_function *function = &map->functions[i];
    free(function->positions);
    zc_code *code = kept ? as_code(function) : NULL;
    if (code) {
      kept[map->kept_count++] = code;
    } else {
      free(function->name);
    }
  }
  free(map->functions);
}

void zc_code_forget(zc_code_map *map) {
  for (size_t i = 0; i < map->capacity; i++) {
    if (map->by_start[i] && map->by_start[i] != &gone) free_code(map->by_start[i]);
  }
  forget_functions(map);
  free(map->by_start);
  free(map->sorted);
  free(map->shared);
  *map = (zc_code_map){.kept = map->kept, .kept_count = map->kept_count};
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
  map->fresh_count = 0;
  for (size_t i = 0; i < map->capacity; i++) {
    zc_code *code = map->by_start[i];
    if (code && code != &gone) sorted[map->sorted_count++] = code;
  }
  qsort(sorted, map->sorted_count, sizeof *sorted, by_start);
  drop_overlaps(map);
  map->is_stale = false;
  return true;
}

static bool holds(const zc_code *code, uintptr_t address) {
  return address >= code->start && address - code->start < code->length;
}

zc_code *zc_code_find(zc_code_map *map, uintptr_t address) {
  if (!map) return NULL;
  if (!sort(map)) return NULL;
  for (size_t i = map->fresh_count; i > 0; i--) {
    if (holds(map->fresh[i - 1], address)) return map->fresh[i - 1];
  }
  size_t at = last_before(map, address);
  return at > 0 && holds(map->sorted[at - 1], address) ? map->sorted[at - 1] : NULL;
}

static atomic_uint last_id;

uint32_t zc_code_keep(zc_code_map *map, zc_code *code) {
  if (code->id) return code->id;
  if (!push_kept(map, code)) return 0;
  code->id = atomic_fetch_add(&last_id, 1) + 1;
  return code->id;
}

/* The function that was taken in by a call, at `position` of its source. */
static zc_code_place inlined_place(zc_code_map *map, const zc_inlined_call *call,
                                   int32_t position) {
  zc_code_place unknown = {.position = ZC_FOREIGN(position)};
  if (map->shared_capacity == 0 || call->shared == 0) return unknown;
  const zc_shared *shared = shared_of(map, call->shared);
  if (!shared->shared) return unknown;
  zc_known_function *function = known(map, shared->function);
  if (!function->function) return unknown;
  /* It has moved, and another one is there now. */
  if (function->count > 0 && !has_position(function, position)) return unknown;
  if (function->id == 0) function->id = atomic_fetch_add(&last_id, 1) + 1;
  return (zc_code_place){.code = function->id,
                         .position = function->count > 0 ? position : ZC_NO_POSITION};
}

/* Without what was taken in: is the position one of the function's own? */
static int32_t own_position(const zc_code_map *map, const zc_code *code, int32_t position) {
  if (position < 0 || code->is_bytecode || code->calls) return position;
  const zc_known_function *function = known(map, code->function);
  return has_position(function, position) ? position : ZC_FOREIGN(position);
}

size_t zc_code_places(zc_code_map *map, zc_code *code, uintptr_t address, zc_code_place *places,
                      size_t limit) {
  uint32_t offset = (uint32_t)(address - code->start);
  zc_position found = {.position = ZC_NO_POSITION, .inlined = ZC_NOT_INLINED};
  for (uint32_t i = 0; i < code->count && code->positions[i].offset <= offset; i++) {
    found = code->positions[i];
  }
  size_t count = 0;
  while (found.inlined != ZC_NOT_INLINED && count + 1 < limit) {
    const zc_inlined_call *call = &code->calls[found.inlined];
    places[count++] = inlined_place(map, call, found.position);
    found.position = call->position;
    found.inlined = call->inlined;
  }
  places[count++] = (zc_code_place){.code = zc_code_keep(map, code),
                                    .position = own_position(map, code, found.position)};
  return count;
}
