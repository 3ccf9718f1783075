#include "napi_util.h"

#include <limits.h>
#include <math.h>

bool zc_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t found = count;
  if (napi_get_cb_info(env, info, &found, values, NULL, NULL) != napi_ok) return false;
  if (found == count) return true;
  napi_throw_type_error(env, NULL, "wrong number of arguments to a native function");
  return false;
}

bool zc_get_integer(napi_env env, napi_value value, int64_t *integer) {
  double number;
  if (napi_get_value_double(env, value, &number) == napi_ok && number == trunc(number) &&
      fabs(number) <= 9007199254740991.0) {
    *integer = (int64_t)number;
    return true;
  }
  napi_throw_type_error(env, NULL, "a native function wants an integer");
  return false;
}

bool zc_get_fd(napi_env env, napi_value value, int *fd) {
  int64_t integer;
  if (!zc_get_integer(env, value, &integer)) return false;
  if (integer >= INT_MIN && integer <= INT_MAX) {
    *fd = (int)integer;
    return true;
  }
  napi_throw_type_error(env, NULL, "a native function wants a file descriptor");
  return false;
}

napi_value zc_number(napi_env env, int64_t value) {
  napi_value result;
  return napi_create_int64(env, value, &result) == napi_ok ? result : NULL;
}

bool zc_set_number(napi_env env, napi_value object, const char *name, int64_t value) {
  napi_value number = zc_number(env, value);
  return number && napi_set_named_property(env, object, name, number) == napi_ok;
}

bool zc_export(napi_env env, napi_value exports, const zc_function *functions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].callback, NULL,
                             &function) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, function) != napi_ok) {
      return false;
    }
  }
  return true;
}
