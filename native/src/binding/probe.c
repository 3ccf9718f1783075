/* probe(): { name: 0 | -errno } for each kernel path, tried for real. */
#include "../sys/probe.h"

#include "binding.h"
#include "napi_util.h"

static napi_value probe(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value results;
  if (napi_create_object(env, &results) != napi_ok) return NULL;
  bool ok = zc_set_number(env, results, "sendfileTcp", zc_probe_sendfile_tcp()) &&
            zc_set_number(env, results, "sendfileUnix", zc_probe_sendfile_unix()) &&
            zc_set_number(env, results, "splice", zc_probe_splice_tcp()) &&
            zc_set_number(env, results, "mmap", zc_probe_map()) &&
            zc_set_number(env, results, "cachestat", zc_probe_cachestat());
  return ok ? results : NULL;
}

bool zc_register_probe(napi_env env, napi_value exports) {
  static const zc_function functions[] = {{"probe", probe}};
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
