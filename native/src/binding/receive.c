/* receiveAll(port) -> bytes or -errno. Blocks: only for a process that does nothing else. */
#include "../sys/receive.h"

#include <errno.h>

#include "binding.h"
#include "napi_util.h"

static napi_value receive_all(napi_env env, napi_callback_info info) {
  napi_value argument;
  int64_t port;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_integer(env, argument, &port)) return NULL;
  if (port < 1 || port > UINT16_MAX) return zc_number(env, -EINVAL);
  return zc_number(env, zc_receive_all((uint16_t)port));
}

bool zc_register_receive(napi_env env, napi_value exports) {
  static const zc_function functions[] = {{"receiveAll", receive_all}};
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
