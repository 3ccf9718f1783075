/*
 * Whose bytes are these, when no JavaScript is on the stack? libuv reads sockets and files, writes
 * what the socket had no room for, and compresses, with the handle or request at hand: a pointer to
 * it is in a register or on the stack of C. It leads to Node's object, and that has the async id
 * that JavaScript knows it by.
 *
 *     stack of C ──▶ uv__work, uv_stream_t, uv_write_t ──▶ node::AsyncWrap: async id
 *
 * For hooks: allocates nothing, takes no lock. A few dozen system calls, so only where a sample is
 * taken. Layouts are those of libuv 1.x and of Node 20 to 26.
 *
 * SAFETY: memory is read by process_vm_readv(2), which answers EFAULT where a pointer would crash.
 * What is found is in use by the very call that is on the stack, so nobody frees it meanwhile.
 */
#ifndef ZC_OPERATION_H
#define ZC_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  double id;        /* as async_hooks has it; 0: none was found */
  const void *loop; /* of libuv: each environment of Node has one, and ids of its own */
} zc_operation;

/*
 * What libuv is at, on this thread. `fd`: what the kernel was asked to read or write, or -1.
 * `is_known_loop` says whether there is such a loop.
 */
zc_operation zc_operation_at(int fd, bool writes, bool (*is_known_loop)(const void *loop));

/* False where there is none. */
bool zc_read_memory(const void *address, void *to, size_t length);

#endif
