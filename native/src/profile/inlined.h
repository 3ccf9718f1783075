/*
 * What the optimising compilers have taken into a function: V8 keeps it with the code, for its own
 * stack traces, but tells nobody. Read from its heap at the moment when V8 announces the code.
 * Layouts are assumed here (Node 20 to 26); what is read is believed only when it agrees with what
 * V8 has told.
 *
 * SAFETY: memory is read by process_vm_readv(2), which answers EFAULT where a pointer would crash.
 * Nothing moves meanwhile: announcements come between collections.
 */
#ifndef ZC_INLINED_H
#define ZC_INLINED_H

#include <stdbool.h>
#include <stdint.h>

#define ZC_NOT_INLINED (-1)

/* A place in code. `inlined`: index of the call by which it came in, or ZC_NOT_INLINED. */
typedef struct {
  uint32_t offset;
  int32_t position;
  int32_t inlined;
} zc_position;

/* A call that was replaced by the function that it calls. */
typedef struct {
  int32_t position; /* of the call */
  int32_t inlined;  /* where that stands itself */
  uintptr_t shared; /* the function: the address of its SharedFunctionInfo, now */
} zc_inlined_call;

typedef struct {
  zc_position *positions;
  uint32_t position_count;
  zc_inlined_call *calls;
  uint32_t call_count;
} zc_inlined;

/*
 * Finds what belongs to the code that begins at `start`: the first reading of it that `is_right`
 * takes for true. The caller frees both lists.
 */
bool zc_read_inlined(uintptr_t start, bool (*is_right)(const zc_inlined *found, void *data),
                     void *data, zc_inlined *found);

/* The SharedFunctionInfo that a handle of V8 leads to, or 0. */
uintptr_t zc_read_shared(const void *handle);

#endif
