/*
 * residentBytes(fd) -> bytes in the page cache, or -errno
 * dropCache(fd)     -> 0 or -errno
 * releaseSegments()
 */
#include "../sys/cache.h"

#include "binding.h"
#include "napi_util.h"

static napi_value resident_bytes(napi_env env, napi_callback_info info) {
  napi_value argument;
  int fd;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_fd(env, argument, &fd)) return NULL;
  return zc_number(env, zc_resident_bytes(fd, 0, 0));
}

static napi_value drop_cache(napi_env env, napi_callback_info info) {
  napi_value argument;
  int fd;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_fd(env, argument, &fd)) return NULL;
  return zc_number(env, zc_drop_cache(fd));
}

static napi_value release_segments(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  zc_release_segments();
  return NULL;
}

bool zc_register_cache(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"residentBytes", resident_bytes},
      {"dropCache", drop_cache},
      {"releaseSegments", release_segments},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
