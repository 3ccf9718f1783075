/*
 * Transfers of the sender thread, as JavaScript sees them.
 *
 *   openTransfers(callback) -> group      callback(events: Float64Array, count); events holds count
 *                                         triples: id, bytes moved so far, status
 *   startTransfer(group, socketFd, fileFd, offset, count, via, device) -> id (1 and up), 0 when
 *                                         everything has been sent already, -errno, or [bytes,
 *                                         -errno] when it cannot go on after bytes have been sent
 *   cancelTransfer(group, id)
 *   status: 1 moving, 0 complete, otherwise -errno (or -ZC_ETRUNCATED)
 *
 * A group belongs to one environment and lives as long as it. While one of its transfers is
 * unfinished the thread-safe function keeps the event loop alive; with none it does not.
 *
 * SAFETY, end of an environment: clean-up hooks run in reverse order of registration. Ours is
 * registered after the thread-safe function was made, so it runs first: zc_client_close returns
 * only when the sender thread can no longer wake this environment, and Node frees the function
 * after that.
 */
#include <errno.h>
#include <stdlib.h>

#include "../sys/engine.h"
#include "../sys/move.h"
#include "binding.h"
#include "napi_util.h"

#define EVENTS_PER_CALL 256
#define STATUS_MOVING 1

typedef struct {
  zc_client *client;
  napi_threadsafe_function wake;
  napi_ref events; /* Float64Array(3 * EVENTS_PER_CALL), reused for every call */
  double *event_values;
  uint32_t unfinished;
} transfer_group;

/* Sender thread, engine locked: only posts. The queue is unbounded, so this cannot block. */
static void wake(void *argument) {
  transfer_group *group = argument;
  napi_call_threadsafe_function(group->wake, NULL, napi_tsfn_nonblocking);
}

static size_t fill_events(transfer_group *group) {
  zc_event events[EVENTS_PER_CALL];
  size_t count = zc_client_collect(group->client, events, EVENTS_PER_CALL);
  for (size_t i = 0; i < count; i++) {
    double *triple = group->event_values + 3 * i;
    triple[0] = (double)events[i].id;
    triple[1] = (double)events[i].moved;
    triple[2] = events[i].done ? (double)events[i].error : STATUS_MOVING;
    if (events[i].done) group->unfinished--;
  }
  return count;
}

static bool call_back(napi_env env, transfer_group *group, napi_value callback, size_t count) {
  napi_value global;
  napi_value arguments[2];
  return napi_get_global(env, &global) == napi_ok &&
         napi_get_reference_value(env, group->events, &arguments[0]) == napi_ok &&
         (arguments[1] = zc_number(env, (int64_t)count)) != NULL &&
         napi_call_function(env, global, callback, 2, arguments, NULL) == napi_ok;
}

/* JavaScript thread. `env` is NULL when the environment is closing: nothing may be touched. */
static void deliver(napi_env env, napi_value callback, void *context, void *data) {
  (void)data;
  if (!env) return;
  transfer_group *group = context;
  size_t count;
  do {
    count = fill_events(group);
    if (count > 0 && !call_back(env, group, callback, count)) {
      /* The exception goes to 'uncaughtException' on return; what is left comes in a later turn. */
      wake(group);
      break;
    }
  } while (count == EVENTS_PER_CALL);
  if (group->unfinished == 0) napi_unref_threadsafe_function(env, group->wake);
}

static void close_group(void *argument) {
  transfer_group *group = argument;
  zc_client_close(group->client);
  free(group);
}

static bool make_events(napi_env env, transfer_group *group) {
  napi_value buffer;
  napi_value array;
  void *values;
  size_t length = (size_t)3 * EVENTS_PER_CALL;
  if (napi_create_arraybuffer(env, length * sizeof(double), &values, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_float64_array, length, buffer, 0, &array) != napi_ok ||
      napi_create_reference(env, array, 1, &group->events) != napi_ok) {
    return false;
  }
  group->event_values = values;
  return true;
}

static bool make_wake(napi_env env, transfer_group *group, napi_value callback) {
  napi_value name;
  return napi_create_string_utf8(env, "zerocopy:transfers", NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_threadsafe_function(env, callback, NULL, name, 0, 1, NULL, NULL, group,
                                         deliver, &group->wake) == napi_ok &&
         napi_unref_threadsafe_function(env, group->wake) == napi_ok;
}

static napi_value open_transfers(napi_env env, napi_callback_info info) {
  napi_value callback;
  napi_value external;
  if (!zc_arguments(env, info, 1, &callback)) return NULL;
  transfer_group *group = calloc(1, sizeof *group);
  if (group && (group->client = zc_client_new(wake, group)) && make_events(env, group) &&
      napi_create_external(env, group, NULL, NULL, &external) == napi_ok &&
      make_wake(env, group, callback) &&
      napi_add_env_cleanup_hook(env, close_group, group) == napi_ok) {
    return external;
  }
  if (group && group->client) zc_client_close(group->client);
  free(group);
  napi_throw_error(env, NULL, "a group of transfers could not be made");
  return NULL;
}

static bool get_group(napi_env env, napi_value value, transfer_group **group) {
  if (napi_get_value_external(env, value, (void **)group) == napi_ok) return true;
  napi_throw_type_error(env, NULL, "a native function wants a transfer group");
  return false;
}

/* The id, or -errno. */
static int64_t start(napi_env env, transfer_group *group, zc_task *task) {
  uint64_t id;
  int error = zc_engine_start(group->client, task, &id);
  if (error) return error;
  if (group->unfinished++ == 0) napi_ref_threadsafe_function(env, group->wake);
  return (int64_t)id;
}

napi_value zc_start_task(napi_env env, napi_value group_value, zc_task *task) {
  transfer_group *group;
  if (get_group(env, group_value, &group)) return zc_number(env, start(env, group, task));
  task->kind->close(task);
  return NULL;
}

/* What has been sent must not be sent again, whoever does the rest. */
static napi_value refuse(napi_env env, uint64_t sent, int64_t error) {
  napi_value pair;
  napi_value bytes = zc_number(env, (int64_t)sent);
  napi_value status = zc_number(env, error);
  if (sent == 0) return status;
  if (!bytes || !status || napi_create_array_with_length(env, 2, &pair) != napi_ok ||
      napi_set_element(env, pair, 0, bytes) != napi_ok ||
      napi_set_element(env, pair, 1, status) != napi_ok) {
    return NULL;
  }
  return pair;
}

static napi_value start_transfer(napi_env env, napi_callback_info info) {
  napi_value arguments[7];
  transfer_group *group;
  zc_request request;
  int64_t count;
  int64_t via;
  int64_t device;
  if (!zc_arguments(env, info, 7, arguments) || !get_group(env, arguments[0], &group) ||
      !zc_get_fd(env, arguments[1], &request.socket_fd) ||
      !zc_get_fd(env, arguments[2], &request.file_fd) ||
      !zc_get_integer(env, arguments[3], &request.offset) ||
      !zc_get_integer(env, arguments[4], &count) || !zc_get_integer(env, arguments[5], &via) ||
      !zc_get_integer(env, arguments[6], &device)) {
    return NULL;
  }
  if (request.offset < 0 || count < 0) return zc_number(env, -EINVAL);
  request.count = (uint64_t)count;
  request.device = (uint64_t)device;
  request.via = via == ZC_VIA_SPLICE ? ZC_VIA_SPLICE : ZC_VIA_SENDFILE;
  zc_begun begun = zc_move_at_once(&request);
  if (begun.sent == request.count && request.count > 0) return zc_number(env, 0);
  zc_task *task;
  int error = zc_move_new(&request, begun, &task);
  int64_t id = error ? error : start(env, group, task);
  return id < 0 ? refuse(env, begun.sent, id) : zc_number(env, id);
}

static napi_value cancel_transfer(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  transfer_group *group;
  int64_t id;
  if (zc_arguments(env, info, 2, arguments) && get_group(env, arguments[0], &group) &&
      zc_get_integer(env, arguments[1], &id)) {
    zc_engine_cancel(group->client, (uint64_t)id);
  }
  return NULL;
}

bool zc_register_transfer(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"openTransfers", open_transfers},
      {"startTransfer", start_transfer},
      {"cancelTransfer", cancel_transfer},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
