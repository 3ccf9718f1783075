/* receiveAll(port, connections) -> bytes or -errno. Blocks: only for a process of its own. */
#include "../sys/receive.h"

#include <errno.h>

#include "binding.h"
#include "napi_util.h"

static napi_value receive_all(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int64_t port;
  int64_t connections;
  if (!zc_arguments(env, info, 2, arguments) || !zc_get_integer(env, arguments[0], &port) ||
      !zc_get_integer(env, arguments[1], &connections)) {
    return NULL;
  }
  if (port < 1 || port > UINT16_MAX || connections < 0 || connections > UINT16_MAX) {
    return zc_number(env, -EINVAL);
  }
  return zc_number(env, zc_receive_all((uint16_t)port, (uint32_t)connections));
}

bool zc_register_receive(napi_env env, napi_value exports) {
  static const zc_function functions[] = {{"receiveAll", receive_all}};
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
