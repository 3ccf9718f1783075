/*
 * Files opened without waiting, on the JavaScript thread.
 *
 *   openQuickly(directoryFd, path: string, resolve) -> descriptor, or -errno: -EAGAIN when the path
 *                                        cannot be found without asking a disk, -ENXIO for
 *                                        what is neither a file nor a directory
 *   openLocalQuickly(path: string) -> the same for a regular file; also -EAGAIN when it is not
 *                                        known to lie on a local file system
 *   closeQuickly(fd) -> 0 or -errno; -EBADF for what these have not opened
 *   isUnchanged(fd, size, mtimeMs) -> whether the file of a descriptor still has both
 *
 * Node closes what a worker has left open, but knows nothing of descriptors that an addon has made.
 * So every environment has a list of its own, and closes what is on it at its end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../sys/opened.h"
#include "../sys/syscalls.h"
#include "binding.h"
#include "napi_util.h"

#define PATH_BYTES 4096 /* PATH_MAX: with the NUL */

typedef struct {
  bool *is_open; /* by descriptor */
  size_t capacity;
} opened_files;

static void close_all(void *data) {
  opened_files *files = data;
  for (size_t fd = 0; fd < files->capacity; fd++) {
    if (files->is_open[fd]) zc_close((int)fd);
  }
  free(files->is_open);
  free(files);
}

static bool remember(opened_files *files, size_t fd) {
  if (fd >= files->capacity) {
    size_t capacity = 2 * fd + 64;
    bool *larger = realloc(files->is_open, capacity * sizeof *larger);
    if (!larger) return false;
    for (size_t i = files->capacity; i < capacity; i++) larger[i] = false;
    files->is_open = larger;
    files->capacity = capacity;
  }
  files->is_open[fd] = true;
  return true;
}

/* 0 or -errno. False with an exception pending. */
static bool get_path(napi_env env, napi_value value, char path[PATH_BYTES + 1], int *error) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, path, PATH_BYTES + 1, &length) != napi_ok) {
    napi_throw_type_error(env, NULL, "a native function wants a string");
    return false;
  }
  *error = 0;
  if (length >= PATH_BYTES) *error = -ENAMETOOLONG; /* or has been cut */
  if (strlen(path) != length) *error = -EINVAL;     /* a NUL would end it early */
  return true;
}

static napi_value remembered(napi_env env, opened_files *files, int64_t fd) {
  if (fd >= 0 && !remember(files, (size_t)fd)) {
    zc_close((int)fd);
    fd = -ENOMEM;
  }
  return zc_number(env, fd);
}

static napi_value open_quickly(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  void *files;
  int64_t directory;
  int64_t resolve;
  char path[PATH_BYTES + 1];
  int error;
  if (!zc_arguments(env, info, 3, arguments) || !zc_get_integer(env, arguments[0], &directory) ||
      !get_path(env, arguments[1], path, &error) || !zc_get_integer(env, arguments[2], &resolve) ||
      napi_get_cb_info(env, info, NULL, NULL, NULL, &files) != napi_ok) {
    return NULL;
  }
  if (error) return zc_number(env, error);
  return remembered(env, files, zc_open_cached((int)directory, path, (uint64_t)resolve));
}

static napi_value open_local_quickly(napi_env env, napi_callback_info info) {
  napi_value argument;
  void *files;
  char path[PATH_BYTES + 1];
  int error;
  if (!zc_arguments(env, info, 1, &argument) || !get_path(env, argument, path, &error) ||
      napi_get_cb_info(env, info, NULL, NULL, NULL, &files) != napi_ok) {
    return NULL;
  }
  return error ? zc_number(env, error) : remembered(env, files, zc_open_cached_local(path));
}

static napi_value close_quickly(napi_env env, napi_callback_info info) {
  napi_value argument;
  void *data;
  int fd;
  if (!zc_arguments(env, info, 1, &argument) || !zc_get_fd(env, argument, &fd) ||
      napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok) {
    return NULL;
  }
  opened_files *files = data;
  if (fd < 0 || (size_t)fd >= files->capacity || !files->is_open[fd]) return zc_number(env, -EBADF);
  files->is_open[fd] = false;
  zc_close(fd);
  return zc_number(env, 0);
}

static napi_value is_unchanged(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int fd;
  int64_t size;
  double mtime_ms;
  napi_value answer;
  if (!zc_arguments(env, info, 3, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !zc_get_integer(env, arguments[1], &size) ||
      napi_get_value_double(env, arguments[2], &mtime_ms) != napi_ok ||
      napi_get_boolean(env, zc_is_unchanged(fd, size, mtime_ms), &answer) != napi_ok) {
    return NULL;
  }
  return answer;
}

static bool export_with(napi_env env, napi_value exports, const char *name, napi_callback callback,
                        void *data) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

bool zc_register_opened(napi_env env, napi_value exports) {
  opened_files *files = calloc(1, sizeof *files);
  if (!files) return false;
  if (napi_add_env_cleanup_hook(env, close_all, files) != napi_ok) {
    free(files);
    return false;
  }
  return export_with(env, exports, "openQuickly", open_quickly, files) &&
         export_with(env, exports, "openLocalQuickly", open_local_quickly, files) &&
         export_with(env, exports, "closeQuickly", close_quickly, files) &&
         export_with(env, exports, "isUnchanged", is_unchanged, files);
}
