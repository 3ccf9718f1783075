/*
 * System calls on descriptors: sendfile on the calling thread and off it, duplicate and close, a
 * private mapping, the counters.
 *
 * Off-thread work goes to libuv's pool as the rest of fs.promises does. It works on duplicates made
 * on the calling thread: a descriptor closed, and its number used again, before the pool gets to it
 * would otherwise send another file, or send to another peer.
 */
#include <errno.h>
#include <stdlib.h>

#include "../sys/syscalls.h"
#include "binding.h"
#include "napi_util.h"

typedef struct {
  int out_fd;
  int in_fd;
  int64_t offset;
  bool has_offset;
  size_t count;
} sendfile_request;

/* (outFd, inFd, offset: number | null, count). A negative count becomes huge: EINVAL, as in C. */
static bool read_request(napi_env env, napi_callback_info info, sendfile_request *request) {
  napi_value arguments[4];
  napi_valuetype offset_type;
  int64_t count;
  if (!zc_arguments(env, info, 4, arguments) || !zc_get_fd(env, arguments[0], &request->out_fd) ||
      !zc_get_fd(env, arguments[1], &request->in_fd) ||
      napi_typeof(env, arguments[2], &offset_type) != napi_ok) {
    return false;
  }
  request->has_offset = offset_type != napi_null;
  request->offset = 0;
  if (request->has_offset && !zc_get_integer(env, arguments[2], &request->offset)) return false;
  if (!zc_get_integer(env, arguments[3], &count)) return false;
  request->count = (size_t)count;
  return true;
}

static int64_t run_request(sendfile_request *request) {
  int64_t *offset = request->has_offset ? &request->offset : NULL;
  return zc_sendfile(request->out_fd, request->in_fd, offset, request->count);
}

static napi_value sendfile_sync(napi_env env, napi_callback_info info) {
  sendfile_request request;
  return read_request(env, info, &request) ? zc_number(env, run_request(&request)) : NULL;
}

typedef struct {
  sendfile_request request; /* both descriptors are duplicates and owned here */
  int64_t result;
  napi_deferred deferred;
  napi_async_work work;
} sendfile_job;

static void job_free(sendfile_job *job) {
  zc_close(job->request.out_fd);
  zc_close(job->request.in_fd);
  free(job);
}

/* Pool thread: no JavaScript. */
static void job_execute(napi_env env, void *data) {
  (void)env;
  sendfile_job *job = data;
  job->result = run_request(&job->request);
}

/* JavaScript thread. A terminating worker cancels the work; its promise is then nobody's. */
static void job_complete(napi_env env, napi_status status, void *data) {
  sendfile_job *job = data;
  napi_value result = zc_number(env, status == napi_cancelled ? -ECANCELED : job->result);
  if (result) napi_resolve_deferred(env, job->deferred, result);
  napi_delete_async_work(env, job->work);
  job_free(job);
}

static int job_take_descriptors(sendfile_job *job, const sendfile_request *request) {
  job->request = *request;
  job->request.in_fd = -1;
  job->request.out_fd = zc_duplicate(request->out_fd);
  if (job->request.out_fd < 0) return job->request.out_fd;
  job->request.in_fd = zc_duplicate(request->in_fd);
  return job->request.in_fd < 0 ? job->request.in_fd : 0;
}

/* A promise of the result, or -errno at once when the descriptors cannot be duplicated. */
static napi_value sendfile_async(napi_env env, napi_callback_info info) {
  sendfile_request request;
  if (!read_request(env, info, &request)) return NULL;
  sendfile_job *job = calloc(1, sizeof *job);
  if (!job) return zc_number(env, -ENOMEM);
  int error = job_take_descriptors(job, &request);
  if (error) {
    job_free(job);
    return zc_number(env, error);
  }
  napi_value promise;
  napi_value name;
  if (napi_create_string_utf8(env, "zerocopy:sendfile", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_create_async_work(env, NULL, name, job_execute, job_complete, job, &job->work) ==
          napi_ok) {
    if (napi_create_promise(env, &job->deferred, &promise) == napi_ok &&
        napi_queue_async_work(env, job->work) == napi_ok) {
      return promise;
    }
    napi_delete_async_work(env, job->work);
  }
  job_free(job);
  return NULL;
}

static napi_value duplicate_to(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int fd;
  int place;
  if (!zc_arguments(env, info, 2, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !zc_get_fd(env, arguments[1], &place)) {
    return NULL;
  }
  return zc_number(env, zc_duplicate_to(fd, place));
}

/* SAFETY: V8 calls this once, when the ArrayBuffer is collected; nobody else unmaps. */
static void unmap(napi_env env, void *address, void *length) {
  (void)env;
  zc_unmap(address, (size_t)(uintptr_t)length);
}

/*
 * (fd, offset, length) -> ArrayBuffer over a private mapping, or -errno.
 * SAFETY: reading a page that lies beyond the end of a file that has shrunk raises SIGBUS; handing
 * it to a system call gives EFAULT. Callers only do the latter.
 */
static napi_value map_private(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int fd;
  int64_t offset;
  int64_t length;
  if (!zc_arguments(env, info, 3, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !zc_get_integer(env, arguments[1], &offset) || !zc_get_integer(env, arguments[2], &length)) {
    return NULL;
  }
  void *address;
  napi_value buffer;
  int error = zc_map_private(fd, offset, (size_t)length, &address);
  if (error) return zc_number(env, error);
  napi_status status = napi_create_external_arraybuffer(env, address, (size_t)length, unmap,
                                                        (void *)(uintptr_t)length, &buffer);
  if (status == napi_ok) return buffer;
  zc_unmap(address, (size_t)length);
  return status == napi_no_external_buffers_allowed ? zc_number(env, -ENOTSUP) : NULL;
}

static napi_value counters(napi_env env, napi_callback_info info) {
  (void)info;
  zc_counters now = zc_read_counters();
  napi_value result;
  if (napi_create_object(env, &result) != napi_ok) return NULL;
  bool ok = zc_set_number(env, result, "sendfileBytes", (int64_t)now.sendfile_bytes) &&
            zc_set_number(env, result, "sendfileCalls", (int64_t)now.sendfile_calls) &&
            zc_set_number(env, result, "spliceBytes", (int64_t)now.splice_bytes) &&
            zc_set_number(env, result, "spliceCalls", (int64_t)now.splice_calls);
  return ok ? result : NULL;
}

bool zc_register_os(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"sendfile", sendfile_sync},   {"sendfileAsync", sendfile_async},
      {"duplicateTo", duplicate_to}, {"mapPrivate", map_private},
      {"counters", counters},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
