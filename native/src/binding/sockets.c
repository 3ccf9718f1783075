/*
 * Sending from memory and receiving into it, on the JavaScript thread, on the socket's own
 * descriptor.
 *
 *   sendPieces(fd, memories, table, first, count, more) -> bytes or -errno
 *   receive(fd, memory: Uint8Array, offset, length) -> bytes or -errno
 *   setCork(fd, on: 0 | 1) -> 0 or -errno
 *
 * memories: Uint8Array[]. table: Float64Array of triples (index of a memory, offset, length), of
 * which `count`, at most ZC_MAX_PIECES, are sent from the triple `first` on.
 *
 * SAFETY: the addresses are read from the arrays in this very call, no JavaScript runs between that
 * and the system call, and nothing is kept: memory cannot move, go or shrink meanwhile. Memory that
 * is gone already has a length of 0, which no triple fits in: -EFAULT, as of the kernel. The
 * descriptor is not duplicated for the same reason: the thread that could close it is this one.
 */
#include "../sys/sockets.h"

#include <errno.h>

#include "binding.h"
#include "napi_util.h"

typedef struct {
  napi_value memories;
  uint32_t memory_count;
  const double *triples;
  int64_t first;
  int64_t count;
} piece_list;

typedef struct {
  char *address;
  size_t length;
} memory;

static bool get_memory(napi_env env, const piece_list *list, double index, memory *found) {
  napi_value element;
  napi_typedarray_type type;
  void *data;
  if (!(index >= 0 && index < list->memory_count) ||
      napi_get_element(env, list->memories, (uint32_t)index, &element) != napi_ok ||
      napi_get_typedarray_info(env, element, &type, &found->length, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    return false;
  }
  found->address = data;
  return true;
}

/* False when a triple lies outside its memory, which is then gone. */
static bool fill_pieces(napi_env env, const piece_list *list, struct iovec *pieces) {
  double known = -1;
  memory found = {NULL, 0};
  for (int64_t i = 0; i < list->count; i++) {
    const double *triple = list->triples + 3 * (list->first + i);
    if (triple[0] != known && !get_memory(env, list, triple[0], &found)) return false;
    known = triple[0];
    double length = (double)found.length;
    if (!(triple[1] >= 0 && triple[2] >= 0 && triple[1] + triple[2] <= length)) return false;
    pieces[i].iov_base = found.address + (size_t)triple[1];
    pieces[i].iov_len = (size_t)triple[2];
  }
  return true;
}

static bool get_list(napi_env env, const napi_value *arguments, piece_list *list) {
  napi_typedarray_type type;
  size_t values;
  void *data;
  list->memories = arguments[0];
  if (!zc_get_integer(env, arguments[2], &list->first) ||
      !zc_get_integer(env, arguments[3], &list->count)) {
    return false;
  }
  if (napi_get_array_length(env, list->memories, &list->memory_count) == napi_ok &&
      napi_get_typedarray_info(env, arguments[1], &type, &values, &data, NULL, NULL) == napi_ok &&
      type == napi_float64_array && list->first >= 0 && list->count >= 0 &&
      list->count <= ZC_MAX_PIECES && list->first <= (int64_t)(values / 3) - list->count) {
    list->triples = data;
    return true;
  }
  napi_throw_type_error(env, NULL, "a native function wants a table of pieces");
  return false;
}

static napi_value send_pieces(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  piece_list list;
  int fd;
  int64_t more;
  struct iovec pieces[ZC_MAX_PIECES];
  if (!zc_arguments(env, info, 6, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !get_list(env, arguments + 1, &list) || !zc_get_integer(env, arguments[5], &more)) {
    return NULL;
  }
  if (!fill_pieces(env, &list, pieces)) return zc_number(env, -EFAULT);
  return zc_number(env, zc_send_pieces(fd, pieces, (size_t)list.count, more != 0));
}

static napi_value receive(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  napi_typedarray_type type;
  size_t size;
  void *data;
  int fd;
  int64_t offset;
  int64_t length;
  if (!zc_arguments(env, info, 4, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !zc_get_integer(env, arguments[2], &offset) || !zc_get_integer(env, arguments[3], &length)) {
    return NULL;
  }
  if (napi_get_typedarray_info(env, arguments[1], &type, &size, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    napi_throw_type_error(env, NULL, "a native function wants a Uint8Array");
    return NULL;
  }
  if (offset < 0 || length < 0 || offset > (int64_t)size || length > (int64_t)size - offset) {
    return zc_number(env, -EFAULT);
  }
  if (length == 0) return zc_number(env, zc_receive(fd, NULL, 0));
  return zc_number(env, zc_receive(fd, (char *)data + offset, (size_t)length));
}

static napi_value set_cork(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  int fd;
  int64_t on;
  if (!zc_arguments(env, info, 2, arguments) || !zc_get_fd(env, arguments[0], &fd) ||
      !zc_get_integer(env, arguments[1], &on)) {
    return NULL;
  }
  return zc_number(env, zc_set_cork(fd, on != 0));
}

bool zc_register_sockets(napi_env env, napi_value exports) {
  static const zc_function functions[] = {
      {"sendPieces", send_pieces},
      {"receive", receive},
      {"setCork", set_cork},
  };
  return zc_export(env, exports, functions, sizeof functions / sizeof *functions);
}
