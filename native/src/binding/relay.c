/*
 * Bytes out of sockets, as JavaScript sees them: transfers of a group (transfer.c) like any other,
 * with its events and its cancelTransfer.
 *
 *   startRelay(group, sourceFd, targetFd) -> id (1 and up) or -errno
 *   startSave(group, socketFd, fileFd, offset, count) -> id or -errno
 */
#include <errno.h>

#include "../sys/relay.h"
#include "binding.h"
#include "napi_util.h"

static napi_value start_relay(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int source_fd;
  int target_fd;
  zc_task *task;
  if (!zc_arguments(env, info, 3, arguments) || !zc_get_fd(env, arguments[1], &source_fd) ||
      !zc_get_fd(env, arguments[2], &target_fd)) {
    return NULL;
  }
  int error = zc_relay_new(source_fd, target_fd, &task);
  return error ? zc_number(env, error) : zc_start_task(env, arguments[0], task);
}

static napi_value start_save(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  int socket_fd;
  int file_fd;
  int64_t offset;
  int64_t count;
  zc_task *task;
  if (!zc_arguments(env, info, 5, arguments) || !zc_get_fd(env, arguments[1], &socket_fd) ||
      !zc_get_fd(env, arguments[2], &file_fd) || !zc_get_integer(env, arguments[3], &offset) ||
      !zc_get_integer(env, arguments[4], &count)) {
    return NULL;
  }
  if (offset < 0 || count < 0) return zc_number(env, -EINVAL);
  int error = zc_save_new(socket_fd, file_fd, offset, (uint64_t)count, &task);
  return error ? zc_number(env, error) : zc_start_task(env, arguments[0], task);
}

bool zc_register_relay(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"startRelay", start_relay},
      {"startSave", start_save},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
