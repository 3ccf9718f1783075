/*
 * System calls as data, so that each exists on the calling thread and off it without being written
 * twice. An operation named `x` becomes two functions of JavaScript:
 *
 *   x(…)       makes the call now: a result, or -errno
 *   xAsync(…)  makes it on libuv's pool, as the rest of fs.promises does: a promise of the same, or
 *              -errno at once when it cannot be started
 *
 * The signature has one letter per argument, descriptors first:
 *
 *   f  a descriptor                     d  the same, or a negative number, which is nobody's
 *   n  an integer                       o  an integer or null
 *   v  an array of Uint8Arrays: memory
 *
 * Off-thread calls work on duplicates of descriptors, made before xAsync returns: a descriptor
 * closed, and its number used again, before the pool gets to it would otherwise name another file.
 *
 * SAFETY, memory: the pool thread uses the addresses that the arrays had when xAsync was called.
 * The array of them is referenced until then, and so is what it holds. That nobody detaches, moves
 * or frees the memory meanwhile is TypeScript's business (src/os/memory.ts).
 */
#ifndef ZC_JOB_H
#define ZC_JOB_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../sys/files.h"

enum { ZC_MOST_FDS = 2, ZC_MOST_NUMBERS = 5, ZC_MOST_OUTPUTS = 5, ZC_FEW_PARTS = 8 };

/* The arguments of one call, each kind in the order of the signature, and its further results. */
typedef struct {
  int fds[ZC_MOST_FDS];
  int64_t numbers[ZC_MOST_NUMBERS];
  bool is_null[ZC_MOST_NUMBERS];
  struct iovec *parts; /* `few`, or allocated */
  size_t part_count;
  int64_t outputs[ZC_MOST_OUTPUTS];
  size_t fd_count;
  size_t number_count;
  struct iovec few[ZC_FEW_PARTS];
} zc_call;

typedef struct {
  const char *name;
  const char *signature;
  /* Any thread; no JavaScript. A result or -errno. */
  int64_t (*run)(zc_call *call);
  /* How many of `outputs` it fills; they are then the result, as an array of numbers. */
  size_t outputs;
} zc_operation;

/* The address of an offset, or NULL when null was given for it. */
int64_t *zc_offset(zc_call *call, size_t index);

/* Exports `x` and `xAsync` for each; `operations` must live as long as the process. */
bool zc_export_operations(napi_env env, napi_value exports, const zc_operation *operations,
                          size_t count);

#endif
