/*
 * zerocopy-profile.node: the copies of this process, counted and sampled. src/profile is its only
 * user, src/native/binding.ts loads it. Everything counted belongs to the process; stacks belong to
 * the thread that has called `attach`.
 *
 *   start(minimum, rate, adapts, seed) -> [objects, taken, foreign], or -errno; what a thread has
 *                                         started ends with its environment
 *   isCounting() -> 1 while any thread has started it, else 0
 *   stop() -> [objects, still taken, foreign]
 *   renew() -> as start, for what has been loaded since
 *   missing() -> the name that this V8 lacks, or null
 *   attach(isFirst) -> 1 when this thread takes stacks from now on, else 0; isFirst: nothing of the
 *                      program has run on it
 *   settle() -> keeps what is sampled from being lost
 *   guard(on) -> what this thread does is not counted until guard(false); may be nested
 *   counters() -> ArrayBuffer, or null where Node has none of such memory: bytes of this thread by
 *                 memcpy, by memmove, and charged to it, 64 bit each, as they are at any time
 *   charge(bytes, operation) -> counts what JavaScript has copied without libc
 *   calls() -> names of calls, in the order of the counters
 *   threads() -> [[tid, isJavaScript, caller, movedCalls, movedBytes, Float64Array of calls and
 *                bytes in turn]]
 *   stacks() -> [lost, [[call, thread, state, samples, bytes, variance, sampled, caller, callback,
 *               origin or 0, code or 0, position or address, …] as Float64Array]]
 *   code() -> [id, name, …]
 *   codeName(id) -> one of them
 *   locate(addresses: Float64Array) -> [file, address in the file, symbol or null, …]
 *   find(id, trigger) -> 1 when that was found,
 *   follow(recent: Uint32Array | null), started(kind), remember(id, origin), recall(id): journal.h
 *   hookPromises(begins, goesOn, pauses): v8.h
 *   kind(name) -> the number of a kind of operation
 *   kinds() -> their names
 *   origins(from, limit) -> [[kind, code or 0, position or address, …] as Float64Array]
 */
#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../binding/napi_util.h"
#include "hooks.h"
#include "journal.h"
#include "locate.h"
#include "threads.h"
#include "v8.h"

static napi_value numbers(napi_env env, size_t count, double **memory) {
  napi_value buffer;
  napi_value array;
  void *data;
  if (napi_create_arraybuffer(env, count * sizeof(double), &data, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_float64_array, count, buffer, 0, &array) != napi_ok) {
    return NULL;
  }
  *memory = data;
  return array;
}

static napi_value list(napi_env env) {
  napi_value array = NULL;
  napi_create_array(env, &array);
  return array;
}

static void push(napi_env env, napi_value array, napi_value value) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  napi_set_element(env, array, length, value);
}

static void push_text(napi_env env, napi_value array, const char *text) {
  napi_value value = NULL;
  if (!text || napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) != napi_ok) {
    napi_get_null(env, &value);
  }
  push(env, array, value);
}

static void push_number(napi_env env, napi_value array, double number) {
  napi_value value = NULL;
  napi_create_double(env, number, &value);
  push(env, array, value);
}

static napi_value told(napi_env env, zc_slots slots) {
  napi_value array = list(env);
  push_number(env, array, slots.objects);
  push_number(env, array, slots.taken);
  push_number(env, array, slots.foreign);
  return array;
}

/* Whether this thread has started what is counted. */
static _Thread_local bool has_started;

static void end_counting(void *unused) {
  (void)unused;
  has_started = false;
  zc_hooks_stop();
}

static napi_value is_counting(napi_env env, napi_callback_info info) {
  (void)info;
  return zc_number(env, zc_hooks_are_counting());
}

static napi_value start(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  int64_t minimum;
  int64_t rate;
  int64_t adapts;
  int64_t seed;
  if (!zc_arguments(env, info, 4, arguments) || !zc_get_integer(env, arguments[0], &minimum) ||
      !zc_get_integer(env, arguments[1], &rate) || !zc_get_integer(env, arguments[2], &adapts) ||
      !zc_get_integer(env, arguments[3], &seed)) {
    return NULL;
  }
  if (zc_hooks_are_counting()) return zc_number(env, -EBUSY);
  zc_journals_reset();
  zc_slots slots;
  zc_hook_options options = {
      .minimum = (size_t)minimum,
      .rate = (double)rate,
      .adapt = adapts != 0,
      .seed = (uint64_t)seed,
  };
  int error = zc_hooks_start(options, &slots);
  if (error) return zc_number(env, error);
  has_started = true;
  napi_add_env_cleanup_hook(env, end_counting, NULL);
  return told(env, slots);
}

static napi_value stop(napi_env env, napi_callback_info info) {
  (void)info;
  if (has_started) napi_remove_env_cleanup_hook(env, end_counting, NULL);
  has_started = false;
  zc_slots slots = zc_hooks_stop();
  zc_journal_settle();
  return told(env, slots);
}

static napi_value renew(napi_env env, napi_callback_info info) {
  (void)info;
  return told(env, zc_hooks_renew());
}

static napi_value missing(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value value = NULL;
  const char *name = zc_v8_missing();
  if (!name || napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &value) != napi_ok) {
    napi_get_null(env, &value);
  }
  return value;
}

static void detach(void *journal) { zc_journal_close(journal); }

static napi_value attach(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t is_first;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &is_first)) {
    return NULL;
  }
  if (atomic_load(&zc_thread_self()->journal)) return zc_number(env, 1);
  struct uv_loop_s *loop = NULL;
  napi_get_uv_event_loop(env, &loop);
  struct zc_journal *journal = zc_journal_open(loop, is_first != 0);
  /* SAFETY: the hook runs on this thread, while the isolate is still there. */
  if (journal) napi_add_env_cleanup_hook(env, detach, journal);
  return zc_number(env, journal ? 1 : 0);
}

static napi_value settle(napi_env env, napi_callback_info info) {
  (void)info;
  (void)env;
  zc_journal_settle();
  return NULL;
}

static napi_value guard(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t on;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &on)) return NULL;
  zc_thread *self = zc_thread_self();
  if (on) {
    self->ours += 1;
  } else if (self->ours > 0) {
    self->ours -= 1;
  }
  return NULL;
}

/* SAFETY: records of threads are static, and written by their own thread only. */
static napi_value counters(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value buffer = NULL;
  void *memory = &zc_thread_self()->bytes[ZC_CALL_memcpy];
  size_t size = (ZC_CALL_modelled + 1) * sizeof(uint64_t);
  if (napi_create_external_arraybuffer(env, memory, size, NULL, NULL, &buffer) != napi_ok) {
    napi_get_null(env, &buffer);
  }
  return buffer;
}

static napi_value charge(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t bytes;
  int64_t operation;
  if (!zc_arguments(env, info, 2, arguments) || !zc_get_integer(env, arguments[0], &bytes) ||
      !zc_get_integer(env, arguments[1], &operation)) {
    return NULL;
  }
  zc_hooks_charge((size_t)bytes, (uint32_t)operation);
  return NULL;
}

static napi_value call_names(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value names = list(env);
#define PUSH_NAME(name) push_text(env, names, #name);
  ZC_EACH_CALL(PUSH_NAME)
#undef PUSH_NAME
  return names;
}

static napi_value one_thread(napi_env env, const zc_thread *thread) {
  napi_value told_thread = list(env);
  double *counters;
  napi_value array = numbers(env, 2 * ZC_CALLS, &counters);
  if (!array) return NULL;
  for (size_t call = 0; call < ZC_CALLS; call++) {
    counters[2 * call] = (double)atomic_load(&thread->calls[call]);
    counters[2 * call + 1] = (double)atomic_load(&thread->bytes[call]);
  }
  push_number(env, told_thread, atomic_load(&thread->tid));
  push_number(env, told_thread, thread->was_javascript);
  push_number(env, told_thread, (double)(uintptr_t)atomic_load(&thread->caller));
  push_number(env, told_thread, (double)atomic_load(&thread->moved_calls));
  push_number(env, told_thread, (double)atomic_load(&thread->moved_bytes));
  push(env, told_thread, array);
  return told_thread;
}

static napi_value threads(napi_env env, napi_callback_info info) {
  (void)info;
  zc_thread *self = zc_thread_self();
  self->ours += 1;
  napi_value found = list(env);
  for (uint32_t i = 0; i < ZC_THREAD_RECORDS; i++) {
    const zc_thread *thread = zc_thread_at(i);
    if (!thread) break;
    napi_value one = one_thread(env, thread);
    if (one) push(env, found, one);
  }
  self->ours -= 1;
  return found;
}

static void put_frames(double *row, const zc_stack *stack) {
  for (uint32_t i = 0; i < stack->frames; i++) {
    const zc_frame *frame = &stack->frame[i];
    *row++ = frame->code;
    *row++ = frame->code ? frame->position : (double)frame->address;
  }
}

static struct zc_journal *own_journal(void) { return atomic_load(&zc_thread_self()->journal); }

static napi_value follow(napi_env env, napi_callback_info info) {
  napi_value argument;
  napi_typedarray_type type;
  size_t length;
  void *memory;
  if (!own_journal() || !zc_arguments(env, info, 1, &argument)) return NULL;
  bool is_array = false;
  napi_is_typedarray(env, argument, &is_array);
  if (!is_array) {
    zc_journal_follow(own_journal(), NULL, 0);
    return NULL;
  }
  /* SAFETY: JavaScript keeps the array until it ends following, or its thread does. */
  if (napi_get_typedarray_info(env, argument, &type, &length, &memory, NULL, NULL) == napi_ok &&
      type == napi_uint32_array && length > 0) {
    zc_journal_follow(own_journal(), memory, (length - 1) / 2);
  }
  return NULL;
}

static napi_value hook_promises(napi_env env, napi_callback_info info) {
  napi_value hooks[3];
  if (!own_journal() || !zc_arguments(env, info, 3, hooks)) return NULL;
  for (size_t i = 0; i < 3; i++) {
    napi_valuetype type = napi_undefined;
    if (napi_typeof(env, hooks[i], &type) != napi_ok || type != napi_function) return NULL;
  }
  zc_v8_hook_promises(zc_v8_isolate(), hooks[0], hooks[1], hooks[2]);
  return NULL;
}

static napi_value find(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t id;
  int64_t trigger;
  if (!own_journal() || !zc_arguments(env, info, 2, arguments) ||
      !zc_get_integer(env, arguments[0], &id) || !zc_get_integer(env, arguments[1], &trigger)) {
    return NULL;
  }
  return zc_number(env, zc_journal_find(own_journal(), (double)id, (double)trigger));
}

static napi_value started(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t kind;
  struct zc_journal *journal = own_journal();
  if (!journal || !zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &kind)) {
    return NULL;
  }
  void **frame = __builtin_frame_address(0);
  zc_place place = {.caller = __builtin_return_address(0), .frame = *frame, .stack = frame};
  return zc_number(env, zc_journal_start(journal, (uint32_t)kind, &place));
}

static napi_value kind(napi_env env, napi_callback_info info) {
  napi_value argument;
  char name[128];
  if (!own_journal() || !zc_arguments(env, info, 1, &argument) ||
      napi_get_value_string_utf8(env, argument, name, sizeof name, NULL) != napi_ok) {
    return NULL;
  }
  return zc_number(env, zc_journal_kind(own_journal(), name));
}

static napi_value kinds(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value names = list(env);
  for (uint32_t i = 0; zc_kind_name(i); i++) push_text(env, names, zc_kind_name(i));
  return names;
}

static napi_value remember(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t id;
  int64_t origin;
  if (!own_journal() || !zc_arguments(env, info, 2, arguments) ||
      !zc_get_integer(env, arguments[0], &id) || !zc_get_integer(env, arguments[1], &origin)) {
    return NULL;
  }
  zc_journal_remember(own_journal(), (uint64_t)id, (uint32_t)origin);
  return NULL;
}

static napi_value recall(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t id;
  if (!own_journal() || !zc_arguments(env, info, 1, &argument) ||
      !zc_get_integer(env, argument, &id)) {
    return NULL;
  }
  return zc_number(env, zc_journal_recall(own_journal(), (double)id));
}

static napi_value frames_of(napi_env env, const zc_stack *stack) {
  double *row;
  napi_value array = numbers(env, 1 + 2 * (size_t)stack->frames, &row);
  if (!array) return NULL;
  *row++ = stack->call;
  put_frames(row, stack);
  return array;
}

static napi_value some_origins(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t from;
  int64_t limit;
  if (!zc_arguments(env, info, 2, arguments) || !zc_get_integer(env, arguments[0], &from) ||
      !zc_get_integer(env, arguments[1], &limit)) {
    return NULL;
  }
  zc_thread *self = zc_thread_self();
  self->ours += 1;
  napi_value rows = list(env);
  zc_stack *stacks;
  size_t count = zc_journals_origins(&stacks);
  for (size_t i = (size_t)from; i < count && i < (size_t)(from + limit); i++) {
    napi_value one = frames_of(env, &stacks[i]);
    if (one) push(env, rows, one);
  }
  free(stacks);
  self->ours -= 1;
  return rows;
}

#define STACK_HEAD 10

static napi_value one_stack(napi_env env, const zc_stack *stack) {
  double *row;
  napi_value array = numbers(env, STACK_HEAD + 2 * (size_t)stack->frames, &row);
  if (!array) return NULL;
  *row++ = stack->call;
  *row++ = stack->thread;
  *row++ = stack->state;
  *row++ = (double)stack->samples;
  *row++ = stack->bytes;
  *row++ = stack->variance;
  *row++ = stack->sampled;
  *row++ = (double)stack->caller;
  *row++ = (double)stack->callback;
  *row++ = stack->origin;
  put_frames(row, stack);
  return array;
}

static napi_value all_stacks(napi_env env, napi_callback_info info) {
  (void)info;
  zc_thread *self = zc_thread_self();
  zc_journal_settle();
  self->ours += 1;
  napi_value found = list(env);
  napi_value rows = list(env);
  zc_stack *stacks;
  size_t count = zc_journals_stacks(&stacks);
  for (size_t i = 0; i < count; i++) {
    napi_value one = one_stack(env, &stacks[i]);
    if (one) push(env, rows, one);
  }
  free(stacks);
  push_number(env, found, (double)zc_journals_lost());
  push(env, found, rows);
  self->ours -= 1;
  return found;
}

static napi_value all_code(napi_env env, napi_callback_info info) {
  (void)info;
  zc_thread *self = zc_thread_self();
  self->ours += 1;
  napi_value found = list(env);
  zc_named *names;
  size_t count = zc_journals_names(&names);
  for (size_t i = 0; i < count; i++) {
    push_number(env, found, names[i].id);
    push_text(env, found, names[i].name);
  }
  free(names);
  self->ours -= 1;
  return found;
}

static napi_value name_of_code(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t id;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &id)) return NULL;
  zc_thread *self = zc_thread_self();
  self->ours += 1;
  const char *name = zc_journals_name((uint32_t)id);
  napi_value value = NULL;
  napi_create_string_utf8(env, name ? name : "", NAPI_AUTO_LENGTH, &value);
  self->ours -= 1;
  return value;
}

static napi_value locate(napi_env env, napi_callback_info info) {
  napi_value argument;
  napi_typedarray_type type;
  size_t count;
  void *data;
  if (!zc_arguments(env, info, 1, &argument) ||
      napi_get_typedarray_info(env, argument, &type, &count, &data, NULL, NULL) != napi_ok ||
      type != napi_float64_array) {
    return NULL;
  }
  zc_thread *self = zc_thread_self();
  self->ours += 1;
  const double *addresses = data;
  napi_value found = list(env);
  for (size_t i = 0; i < count; i++) {
    zc_location location = zc_locate((uintptr_t)addresses[i]);
    push_text(env, found, location.file);
    push_number(env, found, (double)location.offset);
    push_text(env, found, location.symbol);
  }
  self->ours -= 1;
  return found;
}

NAPI_MODULE_INIT() {
  static const zc_function functions[] = {
      {"start", start},
      {"stop", stop},
      {"isCounting", is_counting},
      {"renew", renew},
      {"missing", missing},
      {"attach", attach},
      {"settle", settle},
      {"guard", guard},
      {"calls", call_names},
      {"threads", threads},
      {"code", all_code},
      {"locate", locate},
      {"stacks", all_stacks},
      {"counters", counters},
      {"charge", charge},
      {"find", find},
      {"follow", follow},
      {"started", started},
      {"hookPromises", hook_promises},
      {"recall", recall},
      {"remember", remember},
      {"codeName", name_of_code},
      {"kind", kind},
      {"kinds", kinds},
      {"origins", some_origins},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof functions[0]) ? exports
                                                                                    : NULL;
}
