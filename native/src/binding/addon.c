/*
 * The entry point. NAPI_MODULE_INIT makes the addon context-aware: it runs once per environment
 * (the main thread and every worker), and each run fills an exports object of its own.
 */
#include <node_api.h>

#include "binding.h"

NAPI_MODULE_INIT() {
  if (zc_register_os(env, exports) && zc_register_transfer(env, exports) &&
      zc_register_relay(env, exports) && zc_register_receive(env, exports) &&
      zc_register_cache(env, exports) && zc_register_mapping(env, exports) &&
      zc_register_probe(env, exports) && zc_register_sockets(env, exports) &&
      zc_register_reply(env, exports) && zc_register_opened(env, exports)) {
    return exports;
  }
  napi_throw_error(env, NULL, "the native addon of zerocopy could not be initialised");
  return NULL;
}
