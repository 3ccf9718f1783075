#include "v8.h"

#include <dlfcn.h>

#include "operation.h"

/* v8-unwinder.h: RegisterState. `callee_saved` is a unique_ptr. */
typedef struct {
  void *pc;
  void *sp;
  void *fp;
  void *lr;
  void *callee_saved;
} registers;

/*
 * v8-unwinder.h: SampleInfo. The state is an int in V8 11 (Node 20) and 16 bits wide afterwards,
 * with the embedder's state behind it. There is room at the end, should one grow.
 */
typedef struct {
  size_t frames;
  void *callback;
  void *context;
  void *embedder_context;
  uint16_t state;
  char rest[198];
} sample_info;

/* v8-callbacks.h: JitCodeEvent. */
typedef struct {
  int type;
  int code_type;
  void *code_start;
  size_t code_length;
  void *script;
  void *user_data;
  void *wasm_source;
  union {
    struct {
      const char *text;
      size_t length;
    } name;
    struct {
      size_t offset;
      size_t position;
      int position_type;
    } line;
    void *new_start;
  } of;
  zc_isolate *isolate;
} code_event;

enum { CODE_ADDED, CODE_MOVED, CODE_REMOVED, CODE_ADD_LINE, CODE_START_LINES, CODE_END_LINES };
enum { BYTE_CODE, JIT_CODE, WASM_CODE };
enum { ENUMERATE_EXISTING = 1 };
enum { COMPACTION = 4, ALL_COLLECTIONS = 31 }; /* v8-callbacks.h: GCType */

typedef void gc_callback(zc_isolate *isolate, int type, int flags);

static zc_isolate *(*try_get_current)(void);
static void (*get_stack_sample)(zc_isolate *, const registers *, void **, size_t, sample_info *);
static void *(*get_context)(zc_isolate *);
static void (*set_promise_hooks)(void *context, void *init, void *before, void *after,
                                 void *resolve);
static void (*set_code_handler)(zc_isolate *, int, void (*)(const code_event *));
static void (*add_prologue)(zc_isolate *, gc_callback *, int);
static void (*add_epilogue)(zc_isolate *, gc_callback *, int);
static void (*remove_prologue)(zc_isolate *, gc_callback *);
static void (*remove_epilogue)(zc_isolate *, gc_callback *);

#define GC_CALLBACK "EPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEE"

static const struct {
  const char *name;
  void **function;
} symbols[] = {
    {"_ZN2v87Isolate13TryGetCurrentEv", (void **)&try_get_current},
    {"_ZN2v87Isolate14GetStackSampleERKNS_13RegisterStateEPPvmPNS_10SampleInfoE",
     (void **)&get_stack_sample},
    {"_ZN2v87Isolate17GetCurrentContextEv", (void **)&get_context},
    {"_ZN2v87Context15SetPromiseHooksENS_5LocalINS_8FunctionEEES3_S3_S3_",
     (void **)&set_promise_hooks},
    {"_ZN2v87Isolate22SetJitCodeEventHandlerENS_19JitCodeEventOptionsEPFvPKNS_12JitCodeEventEE",
     (void **)&set_code_handler},
    {"_ZN2v87Isolate21AddGCPrologueCallback" GC_CALLBACK "S2_", (void **)&add_prologue},
    {"_ZN2v87Isolate21AddGCEpilogueCallback" GC_CALLBACK "S2_", (void **)&add_epilogue},
    {"_ZN2v87Isolate24RemoveGCPrologueCallback" GC_CALLBACK, (void **)&remove_prologue},
    {"_ZN2v87Isolate24RemoveGCEpilogueCallback" GC_CALLBACK, (void **)&remove_epilogue},
};

const char *zc_v8_missing(void) {
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    if (!*symbols[i].function) *symbols[i].function = dlsym(RTLD_DEFAULT, symbols[i].name);
    if (!*symbols[i].function) return symbols[i].name;
  }
  return NULL;
}

/* Node's Environment is larger; what is looked for lies in the first half. */
#define ENVIRONMENT_WORDS 1024

/* node::AsyncHooks::UidFields: own id, that of what triggered it, the last id that was given. */
typedef struct {
  double execution;
  double trigger;
  double counter;
} async_ids;

const double *zc_v8_operation_cell(zc_isolate *isolate, double id, double trigger) {
  const char *(*get_environment)(void *);
  *(void **)&get_environment =
      dlsym(RTLD_DEFAULT, "_ZN4node21GetCurrentEnvironmentEN2v85LocalINS0_7ContextEEE");
  if (!get_environment) return NULL;
  const char *environment = get_environment(get_context(isolate));
  for (size_t i = 0; environment && i < ENVIRONMENT_WORDS; i++) {
    const async_ids *address;
    async_ids found;
    if (!zc_read_memory(environment + i * sizeof address, &address, sizeof address)) break;
    if (((uintptr_t)address & 7) != 0 || !zc_read_memory(address, &found, sizeof found)) continue;
    if (found.execution == id && found.trigger == trigger && found.counter >= id) {
      return &address->execution;
    }
  }
  return NULL;
}

void zc_v8_hook_promises(zc_isolate *isolate, void *begins, void *goes_on, void *pauses) {
  set_promise_hooks(get_context(isolate), begins, goes_on, pauses, NULL);
}

zc_isolate *zc_v8_isolate(void) { return try_get_current(); }

zc_v8_sample zc_v8_stack(zc_isolate *isolate, void *pc, void *stack, void *frame, void **frames,
                         size_t limit) {
  registers state = {.pc = pc, .sp = stack, .fp = frame};
  sample_info info = {0};
  get_stack_sample(isolate, &state, frames, limit, &info);
  if (info.frames > limit) info.frames = 0; /* the layout is another one */
  return (zc_v8_sample){.frames = info.frames, .state = info.state, .callback = info.callback};
}

static void (*on_gc_begin)(bool moves_code);
static void (*on_gc_end)(void);

static void gc_begins(zc_isolate *isolate, int type, int flags) {
  (void)isolate, (void)flags;
  on_gc_begin(type == COMPACTION); /* others move what is young, and code is not */
}

static void gc_ends(zc_isolate *isolate, int type, int flags) {
  (void)isolate, (void)type, (void)flags;
  on_gc_end();
}

void zc_v8_watch_gc(zc_isolate *isolate, void (*begins)(bool moves_code), void (*ends)(void)) {
  on_gc_begin = begins;
  on_gc_end = ends;
  add_prologue(isolate, gc_begins, ALL_COLLECTIONS);
  add_epilogue(isolate, gc_ends, ALL_COLLECTIONS);
}

void zc_v8_unwatch_gc(zc_isolate *isolate) {
  remove_prologue(isolate, gc_begins);
  remove_epilogue(isolate, gc_ends);
}

static void (*on_code)(const zc_code_event *event);
static zc_line_recorder lines;

static void hand_on(const code_event *event) {
  zc_code_event told = {
      .isolate = event->isolate,
      .is_bytecode = event->code_type == BYTE_CODE,
      .start = (uintptr_t)event->code_start,
  };
  if (event->type == CODE_ADDED) {
    told.change = ZC_CODE_ADDED;
    told.length = event->code_length;
    told.name = event->of.name.text;
    told.name_length = event->of.name.length;
    told.shared = event->script;
  } else if (event->type == CODE_MOVED) {
    told.change = ZC_CODE_MOVED;
    told.new_start = (uintptr_t)event->of.new_start;
  } else {
    told.change = ZC_CODE_LINES;
    told.lines = event->user_data;
  }
  on_code(&told);
}

static void code_changed(const code_event *event) {
  switch (event->type) {
    case CODE_START_LINES:
      /* What is stored here V8 hands to the events that follow; the header wants it so. */
      ((code_event *)(uintptr_t)event)->user_data = lines.start();
      break;
    case CODE_ADD_LINE:
      if (event->user_data) {
        lines.add(event->user_data, event->of.line.offset, event->of.line.position);
      }
      break;
    case CODE_END_LINES:
      if (event->user_data) hand_on(event);
      break;
    case CODE_ADDED:
    case CODE_MOVED:
      hand_on(event);
      break;
    default:
      break;
  }
}

void zc_v8_watch_code(zc_isolate *isolate, void (*changed)(const zc_code_event *event),
                      zc_line_recorder recorder) {
  on_code = changed;
  lines = recorder;
  set_code_handler(isolate, ENUMERATE_EXISTING, code_changed);
}

void zc_v8_unwatch_code(zc_isolate *isolate) { set_code_handler(isolate, 0, NULL); }
