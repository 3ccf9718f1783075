/*
 * System calls on descriptors, on the calling thread and off it (job.h); then what stays on the
 * calling thread: duplicates, the counters.
 */
#include <errno.h>

#include "../sys/files.h"
#include "../sys/residency.h"
#include "../sys/sockets.h"
#include "../sys/syscalls.h"
#include "binding.h"
#include "job.h"
#include "napi_util.h"

/* What run functions see of a call: descriptors, numbers and memory, in the order of its signature.
 */

/* (outFd, inFd, offset | null, count). A negative count becomes huge: EINVAL, as in C. */
static int64_t run_sendfile(zc_call *call) {
  return zc_sendfile(call->fds[0], call->fds[1], zc_offset(call, 0), (size_t)call->numbers[1]);
}

/* (src, dst, count, offsetSrc | null, offsetDst | null, flags) */
static int64_t run_splice(zc_call *call) {
  return zc_splice_at(call->fds[0], zc_offset(call, 1), call->fds[1], zc_offset(call, 2),
                      (size_t)call->numbers[0], (unsigned)call->numbers[3]);
}

/* (src, dst, count, offsetSrc | null, offsetDst | null) */
static int64_t run_copy_file_range(zc_call *call) {
  return zc_copy_file_range(call->fds[0], zc_offset(call, 1), call->fds[1], zc_offset(call, 2),
                            (size_t)call->numbers[0]);
}

/* (fd, windows) */
static int64_t run_readv(zc_call *call) {
  return zc_readv(call->fds[0], call->parts, call->part_count);
}

static int64_t run_writev(zc_call *call) {
  return zc_writev(call->fds[0], call->parts, call->part_count);
}

/* (fd, windows, offset, flags) */
static int64_t run_preadv(zc_call *call) {
  return zc_preadv(call->fds[0], call->parts, call->part_count, call->numbers[0],
                   (int)call->numbers[1]);
}

static int64_t run_pwritev(zc_call *call) {
  return zc_pwritev(call->fds[0], call->parts, call->part_count, call->numbers[0],
                    (int)call->numbers[1]);
}

/* The only window as text of C, or NULL when it does not end as such. */
static const char *text_of(const zc_call *call) {
  const struct iovec *part = call->parts;
  const char *text = part->iov_base;
  bool ends = call->part_count == 1 && part->iov_len > 0 && text[part->iov_len - 1] == '\0';
  return ends ? text : NULL;
}

/* ([name], flags, place | -1) */
static int64_t run_memfd_create(zc_call *call) {
  const char *name = text_of(call);
  if (!name) return -EFAULT;
  return zc_memfd_create(name, (unsigned)call->numbers[0], (int)call->numbers[1]);
}

/* (dirFd, [path], flags, mode, resolve, place | -1) */
static int64_t run_openat2(zc_call *call) {
  const char *path = text_of(call);
  if (!path) return -EFAULT;
  return zc_openat2(call->fds[0], path, (uint64_t)call->numbers[0], (uint64_t)call->numbers[1],
                    (uint64_t)call->numbers[2], (int)call->numbers[3]);
}

/* (dirFd, [path], resolve, place | -1) */
static int64_t run_open_file(zc_call *call) {
  const char *path = text_of(call);
  if (!path) return -EFAULT;
  return zc_open_file(call->fds[0], path, (uint64_t)call->numbers[0], (int)call->numbers[1]);
}

/* (fd) -> 1 local, 2 remote */
static int64_t run_find_storage(zc_call *call) { return zc_find_storage(call->fds[0]); }

/* (fd, offset, length, advice) */
static int64_t run_fadvise(zc_call *call) {
  return zc_fadvise(call->fds[0], call->numbers[0], call->numbers[1], (int)call->numbers[2]);
}

/* (fd, offset, length) -> [cache, dirty, writeback, evicted, recentlyEvicted] */
static int64_t run_cachestat(zc_call *call) {
  zc_pages pages;
  int64_t result =
      zc_cachestat(call->fds[0], (uint64_t)call->numbers[0], (uint64_t)call->numbers[1], &pages);
  if (result < 0) return result;
  call->outputs[0] = (int64_t)pages.cached;
  call->outputs[1] = (int64_t)pages.dirty;
  call->outputs[2] = (int64_t)pages.writeback;
  call->outputs[3] = (int64_t)pages.evicted;
  call->outputs[4] = (int64_t)pages.recently_evicted;
  return 0;
}

/* (outFd, inFd) */
static int64_t run_clone_file(zc_call *call) { return zc_clone_file(call->fds[0], call->fds[1]); }

/* (fd, offset) -> [start, end] */
static int64_t run_next_data(zc_call *call) {
  return zc_next_data(call->fds[0], call->numbers[0], &call->outputs[0], &call->outputs[1]);
}

/* (fd, offset) */
static int64_t run_seek(zc_call *call) { return zc_seek(call->fds[0], call->numbers[0]); }

static const zc_operation operations[] = {
    {"sendfile", "ffon", run_sendfile, 0},
    {"splice", "ffnoon", run_splice, 0},
    {"copyFileRange", "ffnoo", run_copy_file_range, 0},
    {"readv", "fv", run_readv, 0},
    {"writev", "fv", run_writev, 0},
    {"preadv", "fvnn", run_preadv, 0},
    {"pwritev", "fvnn", run_pwritev, 0},
    {"memfdCreate", "vnn", run_memfd_create, 0},
    {"openat2", "dvnnnn", run_openat2, 0},
    {"openFile", "dvnn", run_open_file, 0},
    {"findStorage", "f", run_find_storage, 0},
    {"fadvise", "fnnn", run_fadvise, 0},
    {"cachestat", "fnn", run_cachestat, 5},
    {"cloneFile", "ff", run_clone_file, 0},
    {"nextData", "fn", run_next_data, 2},
    {"seek", "fn", run_seek, 0},
};

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

static napi_value known_storage(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t device;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &device)) {
    return NULL;
  }
  return zc_number(env, zc_known_storage((uint64_t)device));
}

static napi_value counters(napi_env env, napi_callback_info info) {
  (void)info;
  zc_counters now = zc_read_counters();
  zc_socket_counters sockets = zc_read_socket_counters();
  napi_value result;
  if (napi_create_object(env, &result) != napi_ok) return NULL;
  bool ok = zc_set_number(env, result, "sendfileBytes", (int64_t)now.sendfile_bytes) &&
            zc_set_number(env, result, "sendfileCalls", (int64_t)now.sendfile_calls) &&
            zc_set_number(env, result, "spliceBytes", (int64_t)now.splice_bytes) &&
            zc_set_number(env, result, "spliceCalls", (int64_t)now.splice_calls) &&
            zc_set_number(env, result, "sentBytes", (int64_t)sockets.sent_bytes) &&
            zc_set_number(env, result, "sendCalls", (int64_t)sockets.send_calls) &&
            zc_set_number(env, result, "receivedBytes", (int64_t)sockets.received_bytes) &&
            zc_set_number(env, result, "receiveCalls", (int64_t)sockets.receive_calls);
  return ok ? result : NULL;
}

bool zc_register_os(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"duplicateTo", duplicate_to},
      {"knownStorage", known_storage},
      {"counters", counters},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions) &&
         zc_export_operations(env, exports, operations, sizeof operations / sizeof *operations);
}
