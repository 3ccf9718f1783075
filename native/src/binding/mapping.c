/*
 * Mapped memory, as JavaScript sees it.
 *
 *   guardMaps() -> 0 or -errno             from now on a lost page reads as zeros
 *   mapFaults() -> ArrayBuffer             an Int32 that changes whenever any page was lost
 *   mapMemory(fd, offset, length, protection, flags) -> mapping or -errno
 *   mapWindow(mapping, offset, length) -> ArrayBuffer or -errno
 *   mapItem(mapping, offset, code) -> a number or bigint
 *   mapFaulted(mapping) -> 0 or 1          whether it lost a page
 *   mapSync(mapping, offset, length, flags), mapAdvise(mapping, offset, length, advice)
 *                                          -> 0 or -errno
 *   mapSyncAsync(…), mapAdviseAsync(…)     -> a promise of it
 *   mapEnd(mapping, windows, isLent)       detaches the windows and takes the memory away
 *   pageSize()
 *
 * SAFETY, lifetime: a mapping is counted by its JavaScript handle, by each call off-thread, and
 * twice by each window: once for the backing store, which `ArrayBuffer.prototype.transfer` can move
 * to another ArrayBuffer, and once for the ArrayBuffer object, which a system call in flight keeps
 * alive even when it was detached. It is unmapped when the last of them is gone, or by mapEnd when
 * nobody was ever lent a window.
 *
 * Threads: JavaScript threads only, `run_job` apart. All counts of a mapping belong to the one
 * environment that made it.
 */
#include "../sys/mapping.h"

#include <errno.h>
#include <stdlib.h>

#include "../sys/map_guard.h"
#include "binding.h"
#include "napi_util.h"

typedef struct {
  zc_mapping *mapping; /* NULL once it is unmapped */
  uint32_t users;
} counted;

static void drop(counted *counted) {
  if (--counted->users > 0) return;
  if (counted->mapping) zc_mapping_free(counted->mapping);
  free(counted);
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)data;
  drop(hint);
}

static bool get_mapping(napi_env env, napi_value value, counted **mapping) {
  if (napi_get_value_external(env, value, (void **)mapping) == napi_ok) return true;
  napi_throw_type_error(env, NULL, "a native function wants a mapping");
  return false;
}

static napi_value guard_maps(napi_env env, napi_callback_info info) {
  (void)info;
  return zc_number(env, zc_guard_install());
}

/* SAFETY: the counter is static, and the library is never unloaded. JavaScript only reads it. */
static napi_value map_faults(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value buffer;
  napi_status status = napi_create_external_arraybuffer(
      env, (void *)&zc_guard_faults, sizeof zc_guard_faults, NULL, NULL, &buffer);
  if (status == napi_ok) return buffer;
  return status == napi_no_external_buffers_allowed ? zc_number(env, -ENOTSUP) : NULL;
}

static napi_value map_memory(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  zc_map_request request;
  int64_t length;
  int64_t protection;
  int64_t flags;
  if (!zc_arguments(env, info, 5, arguments) || !zc_get_fd(env, arguments[0], &request.fd) ||
      !zc_get_integer(env, arguments[1], &request.offset) ||
      !zc_get_integer(env, arguments[2], &length) ||
      !zc_get_integer(env, arguments[3], &protection) ||
      !zc_get_integer(env, arguments[4], &flags)) {
    return NULL;
  }
  if (length <= 0) return zc_number(env, -EINVAL);
  request.length = (size_t)length;
  request.protection = (int)protection;
  request.flags = (int)flags;
  counted *made = calloc(1, sizeof *made);
  if (!made) return zc_number(env, -ENOMEM);
  int error = zc_map(&request, &made->mapping);
  if (error) {
    free(made);
    return zc_number(env, error);
  }
  made->users = 1;
  napi_value handle;
  if (napi_create_external(env, made, finalize, made, &handle) == napi_ok) return handle;
  drop(made);
  return NULL;
}

static bool get_range(napi_env env, const napi_value *arguments, counted **mapping, int64_t *offset,
                      int64_t *length) {
  return get_mapping(env, arguments[0], mapping) && zc_get_integer(env, arguments[1], offset) &&
         zc_get_integer(env, arguments[2], length);
}

/*
 * The caller keeps `length` within what the engine allows: beyond it Node throws, and calls the
 * finalizer as well.
 */
static napi_value map_window(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  napi_value buffer;
  counted *counted;
  int64_t offset;
  int64_t length;
  if (!zc_arguments(env, info, 3, arguments) ||
      !get_range(env, arguments, &counted, &offset, &length)) {
    return NULL;
  }
  void *start = counted->mapping ? zc_mapping_at(counted->mapping, offset, length) : NULL;
  if (!start) return zc_number(env, -EINVAL);
  counted->users++; /* the backing store's */
  napi_status status =
      napi_create_external_arraybuffer(env, start, (size_t)length, finalize, counted, &buffer);
  if (status == napi_no_external_buffers_allowed) {
    drop(counted);
    return zc_number(env, -ENOTSUP);
  }
  if (status != napi_ok) return NULL;
  counted->users++; /* the object's */
  if (napi_add_finalizer(env, buffer, start, finalize, counted, NULL) == napi_ok) return buffer;
  drop(counted);
  return NULL;
}

/* Any address: what is packed is read byte by byte where the machine wants that. */
typedef struct __attribute__((packed)) {
  union {
    int8_t i8;
    uint8_t u8;
    int16_t i16;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    float f32;
    double f64;
  } as;
} item;

/* The codes of src/format/codes.ts that one little-endian read can give. */
static napi_value make_item(napi_env env, const item *at, int64_t code) {
  napi_value value;
  napi_status status;
  double number;
  switch (code) {
    case 9:
      status = napi_create_bigint_int64(env, at->as.i64, &value);
      return status == napi_ok ? value : NULL;
    case 10:
      status = napi_create_bigint_uint64(env, at->as.u64, &value);
      return status == napi_ok ? value : NULL;
    case 1:
      number = at->as.i8;
      break;
    case 2:
      number = at->as.u8;
      break;
    case 5:
      number = at->as.i16;
      break;
    case 6:
      number = at->as.u16;
      break;
    case 7:
      number = at->as.i32;
      break;
    case 8:
      number = at->as.u32;
      break;
    case 12:
      number = (double)at->as.f32;
      break;
    case 13:
      number = at->as.f64;
      break;
    default:
      napi_throw_type_error(env, NULL, "a native function wants the code of a format");
      return NULL;
  }
  status = napi_create_double(env, number, &value);
  return status == napi_ok ? value : NULL;
}

static int64_t size_of_code(int64_t code) {
  static const int8_t sizes[] = {0, 1, 1, 0, 0, 2, 2, 4, 4, 8, 8, 0, 4, 8};
  return code > 0 && code < (int64_t)sizeof sizes ? sizes[code] : 0;
}

/* The caller has checked the range: outside of it there is nothing to answer. */
static napi_value map_item(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  counted *counted;
  int64_t offset;
  int64_t code;
  if (!zc_arguments(env, info, 3, arguments) ||
      !get_range(env, arguments, &counted, &offset, &code)) {
    return NULL;
  }
  const item *at =
      counted->mapping ? zc_mapping_at(counted->mapping, offset, size_of_code(code)) : NULL;
  return at ? make_item(env, at, code) : zc_number(env, -EINVAL);
}

static napi_value map_faulted(napi_env env, napi_callback_info info) {
  napi_value argument;
  counted *counted;
  if (!zc_arguments(env, info, 1, &argument) || !get_mapping(env, argument, &counted)) return NULL;
  return zc_number(env, counted->mapping && zc_mapping_faulted(counted->mapping));
}

typedef int (*range_call)(const zc_mapping *, int64_t, int64_t, int);

typedef struct {
  range_call call;
  counted *counted; /* counts this job */
  int64_t offset;
  int64_t length;
  int argument;
  int result;
  napi_deferred deferred;
  napi_async_work work;
} range_job;

static bool read_job(napi_env env, napi_callback_info info, range_job *job) {
  napi_value arguments[4];
  int64_t argument;
  if (!zc_arguments(env, info, 4, arguments) ||
      !get_range(env, arguments, &job->counted, &job->offset, &job->length) ||
      !zc_get_integer(env, arguments[3], &argument)) {
    return false;
  }
  job->argument = (int)argument;
  return true;
}

/* Pool thread: no JavaScript. */
static void run_job(napi_env env, void *data) {
  (void)env;
  range_job *job = data;
  job->result = job->call(job->counted->mapping, job->offset, job->length, job->argument);
}

/* JavaScript thread. A terminating worker cancels the work; its promise is then nobody's. */
static void complete_job(napi_env env, napi_status status, void *data) {
  range_job *job = data;
  napi_value result = zc_number(env, status == napi_cancelled ? -ECANCELED : job->result);
  if (result) napi_resolve_deferred(env, job->deferred, result);
  napi_delete_async_work(env, job->work);
  drop(job->counted);
  free(job);
}

static napi_value call_now(napi_env env, napi_callback_info info, range_call call) {
  range_job job = {.call = call};
  if (!read_job(env, info, &job)) return NULL;
  if (!job.counted->mapping) return zc_number(env, -EINVAL);
  run_job(env, &job);
  return zc_number(env, job.result);
}

static napi_value call_later(napi_env env, napi_callback_info info, range_call call) {
  napi_value promise;
  napi_value name;
  range_job given = {.call = call};
  if (!read_job(env, info, &given)) return NULL;
  if (!given.counted->mapping) return zc_number(env, -EINVAL);
  range_job *job = malloc(sizeof *job);
  if (!job) return zc_number(env, -ENOMEM);
  *job = given;
  if (napi_create_string_utf8(env, "zerocopy:mapping", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_create_async_work(env, NULL, name, run_job, complete_job, job, &job->work) == napi_ok) {
    if (napi_create_promise(env, &job->deferred, &promise) == napi_ok &&
        napi_queue_async_work(env, job->work) == napi_ok) {
      job->counted->users++;
      return promise;
    }
    napi_delete_async_work(env, job->work);
  }
  free(job);
  return NULL;
}

static napi_value map_sync(napi_env env, napi_callback_info info) {
  return call_now(env, info, zc_mapping_sync);
}

static napi_value map_sync_async(napi_env env, napi_callback_info info) {
  return call_later(env, info, zc_mapping_sync);
}

static napi_value map_advise(napi_env env, napi_callback_info info) {
  return call_now(env, info, zc_mapping_advise);
}

static napi_value map_advise_async(napi_env env, napi_callback_info info) {
  return call_later(env, info, zc_mapping_advise);
}

/* One that is detached already was transferred: its memory is now in another ArrayBuffer. */
static bool detach_all(napi_env env, napi_value windows) {
  uint32_t count;
  if (napi_get_array_length(env, windows, &count) != napi_ok) return false;
  for (uint32_t i = 0; i < count; i++) {
    napi_value window;
    bool is_detached;
    if (napi_get_element(env, windows, i, &window) != napi_ok ||
        napi_is_detached_arraybuffer(env, window, &is_detached) != napi_ok || is_detached ||
        napi_detach_arraybuffer(env, window) != napi_ok) {
      return false;
    }
  }
  return true;
}

static napi_value map_end(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  counted *counted;
  bool is_lent;
  if (!zc_arguments(env, info, 3, arguments) || !get_mapping(env, arguments[0], &counted) ||
      napi_get_value_bool(env, arguments[2], &is_lent) != napi_ok || !counted->mapping) {
    return NULL;
  }
  if (detach_all(env, arguments[1]) && !is_lent) {
    zc_mapping_free(counted->mapping);
    counted->mapping = NULL;
  } else {
    zc_mapping_vacate(counted->mapping);
  }
  return NULL;
}

static napi_value page_size(napi_env env, napi_callback_info info) {
  (void)info;
  return zc_number(env, (int64_t)zc_page_size());
}

bool zc_register_mapping(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"guardMaps", guard_maps}, {"mapFaults", map_faults},
      {"mapMemory", map_memory}, {"mapWindow", map_window},
      {"mapItem", map_item},     {"mapFaulted", map_faulted},
      {"mapSync", map_sync},     {"mapSyncAsync", map_sync_async},
      {"mapAdvise", map_advise}, {"mapAdviseAsync", map_advise_async},
      {"mapEnd", map_end},       {"pageSize", page_size},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
