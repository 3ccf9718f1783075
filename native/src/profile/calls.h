/*
 * The calls that are counted: what moves bytes in user space, what moves them across the border to
 * the kernel, and what moves them inside the kernel, which is no copy of ours but shows what was
 * spared. A row: name in libc, kind. The order is public: TypeScript names them by index.
 *
 * `modelled` is no call of libc: JavaScript charges it for what libc has no part in (transcoding,
 * element loops). It stands behind those of user space, whose counters it reads.
 */
#ifndef ZC_CALLS_H
#define ZC_CALLS_H

#define ZC_EACH_USER_CALL(X) \
  X(memcpy)                  \
  X(memmove)

#define ZC_EACH_READ_CALL(X) \
  X(read)                    \
  X(readv)                   \
  X(pread)                   \
  X(preadv)                  \
  X(recv)                    \
  X(recvfrom)                \
  X(recvmsg)                 \
  X(recvmmsg)

#define ZC_EACH_WRITE_CALL(X) \
  X(write)                    \
  X(writev)                   \
  X(pwrite)                   \
  X(pwritev)                  \
  X(send)                     \
  X(sendto)                   \
  X(sendmsg)                  \
  X(sendmmsg)

#define ZC_EACH_MOVE_CALL(X) \
  X(sendfile)                \
  X(splice)                  \
  X(copy_file_range)

#define ZC_EACH_CALL(X) \
  ZC_EACH_USER_CALL(X) X(modelled) ZC_EACH_READ_CALL(X) ZC_EACH_WRITE_CALL(X) ZC_EACH_MOVE_CALL(X)

typedef enum {
#define ZC_CALL_NAME(name) ZC_CALL_##name,
  ZC_EACH_CALL(ZC_CALL_NAME)
#undef ZC_CALL_NAME
      ZC_CALLS
} zc_call;

#define ZC_IS_USER_CALL(call) ((call) <= ZC_CALL_memmove)
#define ZC_IS_WRITE_CALL(call) ((call) >= ZC_CALL_write && (call) < ZC_CALL_sendfile)
#define ZC_IS_MOVE_CALL(call) ((call) >= ZC_CALL_sendfile)

#endif
