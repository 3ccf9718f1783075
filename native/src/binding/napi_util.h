/*
 * What every binding file needs: reading arguments, returning results.
 *
 * The TypeScript side has checked all arguments before it calls; a wrong one here is a bug of ours,
 * and throws a TypeError instead of reading garbage. System errors are returned as -errno, never
 * thrown: TypeScript makes the error, so that it carries the caller's stack.
 *
 * Threads: JavaScript threads only.
 */
#ifndef ZC_NAPI_UTIL_H
#define ZC_NAPI_UTIL_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when exactly `count` arguments are there; otherwise a TypeError is pending. */
bool zc_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);

/* False, with a TypeError pending, when `value` is not an integer that the type can hold. */
bool zc_get_fd(napi_env env, napi_value value, int *fd);
bool zc_get_integer(napi_env env, napi_value value, int64_t *integer);

/* NULL when even that failed: an exception is pending or the environment is closing. */
napi_value zc_number(napi_env env, int64_t value);

bool zc_set_number(napi_env env, napi_value object, const char *name, int64_t value);

typedef struct {
  const char *name;
  napi_callback callback;
} zc_function;

bool zc_export(napi_env env, napi_value exports, const zc_function *functions, size_t count);

#endif
