/*
 * V8, as far as the profiler needs it and Node-API does not give it: stacks from inside a hook, the
 * beginning and end of collections, where code lies. The only file that knows anything of V8: its
 * functions by their mangled names, and the layouts of four structs, which are those of Node 20 to
 * 26. Nothing is linked: without the names there are no stacks, and zc_v8_missing says which.
 */
#ifndef ZC_V8_H
#define ZC_V8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zc_isolate zc_isolate; /* v8::Isolate */

typedef struct {
  size_t frames;
  uint32_t state;
  void *callback; /* C++ that JavaScript has called, or NULL */
} zc_v8_sample;

typedef enum { ZC_CODE_ADDED, ZC_CODE_MOVED, ZC_CODE_LINES } zc_code_change;

typedef struct {
  zc_code_change change;
  zc_isolate *isolate;
  bool is_bytecode;
  uintptr_t start;
  size_t length;       /* of ADDED */
  const char *name;    /* of ADDED; not terminated */
  size_t name_length;  /* of ADDED */
  const void *shared;  /* of ADDED: a handle of the function's SharedFunctionInfo, or NULL */
  uintptr_t new_start; /* of MOVED */
  void *lines;         /* of LINES: what zc_line_recorder has gathered */
} zc_code_event;

/* Gathers the lines of one piece of code; `start` makes, `add` fills, the event hands over. */
typedef struct {
  void *(*start)(void);
  void (*add)(void *lines, size_t offset, size_t position);
} zc_line_recorder;

/* The name of what this program lacks, or NULL. */
const char *zc_v8_missing(void);

/* That of this thread, or NULL. */
zc_isolate *zc_v8_isolate(void);

/*
 * SAFETY: for the thread of the isolate, at any point where it may be interrupted. Allocates
 * nothing. Frames are addresses in code, innermost first; none while V8 collects.
 */
zc_v8_sample zc_v8_stack(zc_isolate *isolate, void *pc, void *stack, void *frame, void **frames,
                         size_t limit);

/*
 * Where Node keeps the async id of what runs: it is `id` now, triggered by `trigger`. NULL when it
 * is not found. Not for hooks, but what it points at is: as long as the environment lives. Node's
 * own function for it (AsyncHooksGetExecutionAsyncId) makes a handle, and a copy may be V8's while
 * it makes room for handles.
 */
const double *zc_v8_operation_cell(zc_isolate *isolate, double id, double trigger);

/*
 * Calls functions of JavaScript (napi_value, which is a v8::Local) with a promise: when it is made,
 * and before and after what waits for it runs. Instead of those that were there. For the context
 * that is entered.
 */
void zc_v8_hook_promises(zc_isolate *isolate, void *begins, void *goes_on, void *pauses);

/* `begins` and `ends` run on the thread of the isolate, around every collection that stops it. */
void zc_v8_watch_gc(zc_isolate *isolate, void (*begins)(bool moves_code), void (*ends)(void));
void zc_v8_unwatch_gc(zc_isolate *isolate);

/* `changed` may run on any thread of V8's, one at a time per isolate; first for what is there. */
void zc_v8_watch_code(zc_isolate *isolate, void (*changed)(const zc_code_event *event),
                      zc_line_recorder recorder);
void zc_v8_unwatch_code(zc_isolate *isolate);

#endif
