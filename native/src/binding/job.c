#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sys/syscalls.h"
#include "napi_util.h"

enum { MOST_ARGUMENTS = 8 };

typedef struct {
  const zc_operation *operation;
  zc_call call; /* its descriptors are duplicates, and owned here */
  int64_t result;
  napi_ref memory; /* keeps what `parts` points to */
  napi_deferred deferred;
  napi_async_work work;
} job;

int64_t *zc_offset(zc_call *call, size_t index) {
  return call->is_null[index] ? NULL : &call->numbers[index];
}

static bool read_number(napi_env env, napi_value value, bool nullable, zc_call *call) {
  napi_valuetype type;
  size_t index = call->number_count++;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  call->is_null[index] = nullable && type == napi_null;
  return call->is_null[index] || zc_get_integer(env, value, &call->numbers[index]);
}

static bool read_part(napi_env env, napi_value array, uint32_t index, struct iovec *part) {
  napi_value element;
  napi_typedarray_type type;
  if (napi_get_element(env, array, index, &element) != napi_ok) return false;
  if (napi_get_typedarray_info(env, element, &type, &part->iov_len, &part->iov_base, NULL, NULL) ==
          napi_ok &&
      type == napi_uint8_array) {
    return true;
  }
  napi_throw_type_error(env, NULL, "a native function wants Uint8Arrays");
  return false;
}

static bool read_memory(napi_env env, napi_value array, zc_call *call) {
  uint32_t count;
  if (napi_get_array_length(env, array, &count) != napi_ok) {
    napi_throw_type_error(env, NULL, "a native function wants an array");
    return false;
  }
  call->parts = count > ZC_FEW_PARTS ? calloc(count, sizeof *call->parts) : call->few;
  if (!call->parts) {
    napi_throw_error(env, NULL, "out of memory");
    return false;
  }
  call->part_count = count;
  for (uint32_t i = 0; i < count; i++) {
    if (!read_part(env, array, i, &call->parts[i])) return false;
  }
  return true;
}

static bool read_argument(napi_env env, char kind, napi_value value, zc_call *call) {
  switch (kind) {
    case 'f':
    case 'd':
      return zc_get_fd(env, value, &call->fds[call->fd_count++]);
    case 'v':
      return read_memory(env, value, call);
    default:
      return read_number(env, value, kind == 'o', call);
  }
}

static void free_parts(zc_call *call) {
  if (call->parts != call->few) free(call->parts);
}

/* `memory` is the array of the argument `v`, or NULL. False: an exception is pending. */
static bool read_call(napi_env env, napi_callback_info info, zc_call *call,
                      const zc_operation **operation, napi_value *memory) {
  napi_value arguments[MOST_ARGUMENTS];
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)operation) != napi_ok) return false;
  const char *signature = (*operation)->signature;
  if (!zc_arguments(env, info, strlen(signature), arguments)) return false;
  *memory = NULL;
  for (size_t i = 0; signature[i]; i++) {
    if (!read_argument(env, signature[i], arguments[i], call)) {
      free_parts(call);
      return false;
    }
    if (signature[i] == 'v') *memory = arguments[i];
  }
  return true;
}

/* The result, or the array of outputs that stands for it. */
static napi_value make_result(napi_env env, const zc_operation *operation, const zc_call *call,
                              int64_t result) {
  napi_value array;
  if (result < 0 || operation->outputs == 0) return zc_number(env, result);
  if (napi_create_array_with_length(env, operation->outputs, &array) != napi_ok) return NULL;
  for (uint32_t i = 0; i < operation->outputs; i++) {
    napi_value number = zc_number(env, call->outputs[i]);
    if (!number || napi_set_element(env, array, i, number) != napi_ok) return NULL;
  }
  return array;
}

static napi_value call_now(napi_env env, napi_callback_info info) {
  zc_call call = {0};
  const zc_operation *operation;
  napi_value memory;
  if (!read_call(env, info, &call, &operation, &memory)) return NULL;
  int64_t result = operation->run(&call);
  free_parts(&call);
  return make_result(env, operation, &call, result);
}

/* Those that are duplicates are closed. */
static void job_free(napi_env env, job *job, size_t duplicates) {
  for (size_t i = 0; i < duplicates; i++) zc_close(job->call.fds[i]);
  if (job->memory) napi_delete_reference(env, job->memory);
  free_parts(&job->call);
  free(job);
}

/* Pool thread: no JavaScript. */
static void job_execute(napi_env env, void *data) {
  (void)env;
  job *job = data;
  job->result = job->operation->run(&job->call);
}

/* JavaScript thread. A terminating worker cancels the work; its promise is then nobody's. */
static void job_complete(napi_env env, napi_status status, void *data) {
  job *job = data;
  int64_t result = status == napi_cancelled ? -ECANCELED : job->result;
  napi_value value = make_result(env, job->operation, &job->call, result);
  if (value) napi_resolve_deferred(env, job->deferred, value);
  napi_delete_async_work(env, job->work);
  job_free(env, job, job->call.fd_count);
}

/* 0 or -errno; `duplicates` says how many were made. What is no descriptor, AT_FDCWD, stays. */
static int duplicate_all(job *job, size_t *duplicates) {
  for (size_t i = 0; i < job->call.fd_count; i++) {
    bool is_nobodys = job->operation->signature[i] == 'd' && job->call.fds[i] < 0;
    int copy = is_nobodys ? job->call.fds[i] : zc_duplicate(job->call.fds[i]);
    if (copy < 0 && !is_nobodys) return copy;
    job->call.fds[i] = copy;
    *duplicates = i + 1;
  }
  return 0;
}

static napi_value start(napi_env env, job *job, napi_value memory) {
  napi_value promise;
  napi_value name;
  char text[64];
  snprintf(text, sizeof text, "zerocopy:%s", job->operation->name);
  if ((memory && napi_create_reference(env, memory, 1, &job->memory) != napi_ok) ||
      napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, NULL, name, job_execute, job_complete, job, &job->work) !=
          napi_ok) {
    return NULL;
  }
  if (napi_create_promise(env, &job->deferred, &promise) == napi_ok &&
      napi_queue_async_work(env, job->work) == napi_ok) {
    return promise;
  }
  napi_delete_async_work(env, job->work);
  return NULL;
}

static napi_value call_off_thread(napi_env env, napi_callback_info info) {
  napi_value memory;
  job *job = calloc(1, sizeof *job);
  if (!job) return zc_number(env, -ENOMEM);
  if (!read_call(env, info, &job->call, &job->operation, &memory)) {
    free(job);
    return NULL;
  }
  size_t duplicates = 0;
  int error = duplicate_all(job, &duplicates);
  napi_value promise = error ? zc_number(env, error) : start(env, job, memory);
  if (error || !promise) job_free(env, job, duplicates);
  return promise;
}

static bool export_function(napi_env env, napi_value exports, const zc_operation *operation,
                            const char *suffix, napi_callback callback) {
  napi_value function;
  char name[64];
  snprintf(name, sizeof name, "%s%s", operation->name, suffix);
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, (void *)operation,
                              &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

bool zc_export_operations(napi_env env, napi_value exports, const zc_operation *operations,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!export_function(env, exports, &operations[i], "", call_now) ||
        !export_function(env, exports, &operations[i], "Async", call_off_thread)) {
      return false;
    }
  }
  return true;
}
