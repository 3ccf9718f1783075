/* One registering function per file of bindings; addon.c calls them all. */
#ifndef ZC_BINDING_H
#define ZC_BINDING_H

#include <node_api.h>
#include <stdbool.h>

#include "../sys/task.h"

bool zc_register_cache(napi_env env, napi_value exports);
bool zc_register_os(napi_env env, napi_value exports);
bool zc_register_transfer(napi_env env, napi_value exports);
bool zc_register_relay(napi_env env, napi_value exports);
bool zc_register_receive(napi_env env, napi_value exports);
bool zc_register_mapping(napi_env env, napi_value exports);
bool zc_register_probe(napi_env env, napi_value exports);
bool zc_register_sockets(napi_env env, napi_value exports);
bool zc_register_reply(napi_env env, napi_value exports);
bool zc_register_opened(napi_env env, napi_value exports);

/* transfer.c: hands `task` to the engine as a transfer of `group`; its id or -errno. */
napi_value zc_start_task(napi_env env, napi_value group, zc_task *task);

#endif
