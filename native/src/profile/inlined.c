#include "inlined.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

/* objects/code.h: Code. Pointers into the heap have 1 added. */
#define CODE_INSTRUCTION_START 40
#define TAG 1

/* FixedArrayBase and ByteArray: map, length as a Smi (in the upper half), then the contents. */
#define ARRAY_LENGTH 8
#define ARRAY_DATA 16

/* Nothing here is larger; what says so is something else. */
#define MAX_BYTES (1 << 22)

static bool read_memory(uintptr_t address, void *to, size_t length) {
  struct iovec here = {.iov_base = to, .iov_len = length};
  struct iovec there = {.iov_base = (void *)address, .iov_len = length}; /* NOLINT */
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)length;
}

static uintptr_t read_word(uintptr_t address) {
  uintptr_t word = 0;
  return read_memory(address, &word, sizeof word) ? word : 0;
}

/* A field of the object that `pointer` leads to; 0 when that is no pointer into the heap. */
static uintptr_t field(uintptr_t pointer, uintptr_t offset) {
  return (pointer & 3) == TAG ? read_word(pointer - TAG + offset) : 0;
}

static uint32_t length_of(uintptr_t array) {
  uintptr_t smi = field(array, ARRAY_LENGTH);
  return (smi & UINT32_MAX) == 0 && (smi >> 32) <= MAX_BYTES ? (uint32_t)(smi >> 32) : 0;
}

/* The contents of a ByteArray, or NULL. */
static void *read_bytes(uintptr_t array, uint32_t *length) {
  *length = length_of(array);
  if (*length == 0) return NULL;
  void *bytes = malloc(*length);
  if (bytes && read_memory(array - TAG + ARRAY_DATA, bytes, *length)) return bytes;
  free(bytes);
  return NULL;
}

/* The code's header lies in front of it, and one of its words leads to the Code. */
static uintptr_t find_code(uintptr_t start) {
  for (uintptr_t back = sizeof(uintptr_t); back <= 64; back += sizeof(uintptr_t)) {
    uintptr_t word = read_word(start - back);
    if (field(word, CODE_INSTRUCTION_START) == start) return word;
  }
  return 0;
}

/* codegen/source-position.h: a flag, 30 bits of offset + 1, 16 bits of index + 1. */
static int32_t position_of(uint64_t raw) { return (int32_t)((raw >> 1) & 0x3fffffff) - 1; }

static int32_t inlined_of(uint64_t raw) { return (int32_t)((raw >> 31) & 0xffff) - 1; }

/* codegen/source-position-table.cc: 7 bits a byte, least significant first; the sign is bit 0. */
static int64_t read_number(const uint8_t *bytes, uint32_t length, uint32_t *at) {
  uint64_t value = 0;
  for (unsigned int shift = 0; *at < length && shift < 64; shift += 7) {
    uint8_t byte = bytes[(*at)++];
    value |= (uint64_t)(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* How the step of the offset also says whether a statement begins. */
typedef enum { BY_SIGN, BY_LOWEST_BIT } statement_flag;

static int64_t step_of(int64_t number, statement_flag flag) {
  if (flag == BY_LOWEST_BIT) return number >> 1;
  return number >= 0 ? number : -(number + 1);
}

/* Each entry is two differences, of the offset, from -1 on, and of the position. */
static bool read_positions(uintptr_t table, statement_flag flag, zc_inlined *found) {
  uint32_t length;
  uint8_t *bytes = read_bytes(table, &length);
  if (!bytes) return false;
  found->positions = calloc(length, sizeof *found->positions);
  int64_t offset = -1;
  uint64_t raw = 0;
  for (uint32_t at = 0; found->positions && at < length;) {
    offset += step_of(read_number(bytes, length, &at), flag);
    raw += (uint64_t)read_number(bytes, length, &at);
    found->positions[found->position_count++] =
        (zc_position){(uint32_t)offset, position_of(raw), inlined_of(raw)};
  }
  free(bytes);
  return found->positions != NULL;
}

/* objects/deoptimization-data.h; the indices are told for debuggers. */
static uint32_t index_of(const char *symbol, uint32_t otherwise) {
  const int *told = dlsym(RTLD_DEFAULT, symbol);
  return told ? (uint32_t)*told : otherwise;
}

static uintptr_t element(uintptr_t array, uint32_t index) {
  return index < length_of(array) ? field(array, ARRAY_DATA + index * sizeof(uintptr_t)) : 0;
}

typedef struct {
  uint64_t position;
  int32_t function;
} inlining_position;

static void read_calls(uintptr_t data, zc_inlined *found) {
  uintptr_t literals = element(data, index_of("v8dbg_DeoptimizationDataLiteralArrayIndex", 2));
  uintptr_t array = element(data, index_of("v8dbg_DeoptimizationDataInliningPositionsIndex", 7));
  uint32_t length;
  inlining_position *rows = read_bytes(array, &length);
  if (!rows) return;
  uint32_t count = length / (uint32_t)sizeof *rows;
  found->calls = calloc(count + 1, sizeof *found->calls);
  for (uint32_t i = 0; found->calls && i < count; i++) {
    uintptr_t shared = rows[i].function < 0 ? 0 : element(literals, (uint32_t)rows[i].function);
    found->calls[i] = (zc_inlined_call){
        .position = position_of(rows[i].position),
        .inlined = inlined_of(rows[i].position),
        .shared = shared & ~(uintptr_t)2, /* weak pointers have 2 added */
    };
    found->call_count = i + 1;
  }
  free(rows);
}

static void forget(zc_inlined *found) {
  free(found->positions);
  free(found->calls);
  *found = (zc_inlined){0};
}

/* Every call must stand in one that came before it, or a chain of them would not end. */
static bool is_sound(const zc_inlined *found) {
  for (uint32_t i = 0; i < found->position_count; i++) {
    if (found->positions[i].inlined >= (int32_t)found->call_count) return false;
  }
  for (uint32_t i = 0; i < found->call_count; i++) {
    if (found->calls[i].inlined >= (int32_t)i) return false;
  }
  return true;
}

/* Where a Code has deoptimisation data and positions, and how these are written. */
static const struct {
  uintptr_t data;
  uintptr_t positions;
  statement_flag flag;
} layouts[] = {
    {8, 16, BY_LOWEST_BIT}, /* V8 14 */
    {8, 16, BY_SIGN},       /* V8 12, 13 */
    {16, 24, BY_SIGN},      /* V8 11 */
};

bool zc_read_inlined(uintptr_t start, bool (*is_right)(const zc_inlined *found, void *data),
                     void *data, zc_inlined *found) {
  uintptr_t code = find_code(start);
  *found = (zc_inlined){0};
  for (size_t i = 0; code && i < sizeof layouts / sizeof layouts[0]; i++) {
    uintptr_t table = field(code, layouts[i].positions);
    if (read_positions(table, layouts[i].flag, found)) {
      read_calls(field(code, layouts[i].data), found);
      if (is_sound(found) && is_right(found, data)) return true;
    }
    forget(found);
  }
  return false;
}

uintptr_t zc_read_shared(const void *handle) {
  uintptr_t shared = handle ? read_word((uintptr_t)handle) : 0;
  return (shared & 3) == TAG ? shared : 0;
}
