/*
 * sendReply(socketFd, head: string, fileFd, offset, count, device, copiedBelow) -> bytes that were
 * sent of head and body together, or -errno when none were
 *
 * SAFETY: as in sockets.c: nothing is kept, and no JavaScript runs between reading the arguments
 * and the system calls.
 */
#include "../sys/reply.h"

#include <errno.h>

#include "binding.h"
#include "napi_util.h"

/* A longer head goes the long way. Node refuses to receive more than 16 KiB of it by default. */
#define HEAD_BYTES ((size_t)16 << 10)

static napi_value send_reply(napi_env env, napi_callback_info info) {
  napi_value arguments[7];
  char head[HEAD_BYTES];
  zc_reply reply = {.file = {.via = ZC_VIA_SENDFILE}, .head = head};
  int64_t count;
  int64_t device;
  int64_t copied_below;
  if (!zc_arguments(env, info, 7, arguments) ||
      !zc_get_fd(env, arguments[0], &reply.file.socket_fd) ||
      !zc_get_fd(env, arguments[2], &reply.file.file_fd) ||
      !zc_get_integer(env, arguments[3], &reply.file.offset) ||
      !zc_get_integer(env, arguments[4], &count) || !zc_get_integer(env, arguments[5], &device) ||
      !zc_get_integer(env, arguments[6], &copied_below)) {
    return NULL;
  }
  if (reply.file.offset < 0 || count < 0 || copied_below < 0) return zc_number(env, -EINVAL);
  if (napi_get_value_string_latin1(env, arguments[1], head, sizeof head, &reply.head_length) !=
      napi_ok) {
    napi_throw_type_error(env, NULL, "a native function wants a string");
    return NULL;
  }
  if (reply.head_length >= sizeof head - 1) return zc_number(env, 0);
  reply.file.count = (uint64_t)count;
  reply.file.device = (uint64_t)device;
  reply.copied_below = (uint64_t)copied_below;
  zc_begun begun = zc_reply_at_once(&reply);
  return zc_number(env, begun.sent > 0 ? (int64_t)begun.sent : begun.error);
}

bool zc_register_reply(napi_env env, napi_value exports) {
  static const zc_function functions[] = {{"sendReply", send_reply}};
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
