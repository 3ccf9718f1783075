#include "hooks.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "journal.h"
#include "threads.h"

/* A copy this long is counted; SIZE_MAX while nothing is. The one word that every copy looks at. */
static atomic_size_t minimum = SIZE_MAX;
static zc_hook_options options;
static uint32_t epoch; /* of `options` */

static inline size_t counted_from(void) {
  return atomic_load_explicit(&minimum, memory_order_relaxed);
}

static void count_from(size_t bytes) {
  atomic_store_explicit(&minimum, bytes, memory_order_relaxed);
}

static void add(atomic_uint_fast64_t *counter, uint64_t more, bool is_shared) {
  if (is_shared) {
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
  } else {
    /* One writer: no locked instruction. */
    uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, value + more, memory_order_relaxed);
  }
}

/* The point that was strewn lies in this copy. */
static void take_sample(zc_thread *self, zc_call call, size_t bytes, const zc_place *place) {
  if (self->is_busy || self->is_shared) return;
  self->is_busy = true;
  int before = errno;
  uint64_t now_ms = zc_journal_clock_ms();
  if (self->epoch != epoch) {
    /* The first copy of this thread since the start: its sampler begins here. */
    self->epoch = epoch;
    zc_sampler_start(&self->sampler, options.rate, options.adapt,
                     options.seed + zc_thread_index(self));
    self->sampler.window_start_ms = now_ms;
    self->sampler.left -= (int64_t)bytes;
  }
  if (self->sampler.left <= 0) {
    bool crowded = zc_journal_sample(self, call, bytes, place);
    zc_sampler_next(&self->sampler, now_ms, crowded);
  }
  errno = before;
  self->is_busy = false;
}

/* Whether a sample is due. `bytes` have been copied since the question was put last. */
static bool passes_point(zc_thread *self, size_t bytes) {
  self->sampler.left -= (int64_t)bytes;
  return self->sampler.left <= 0 || self->epoch != epoch;
}

/* `frame`: the hook's own, at whose address it has saved the frame pointer of whoever copies. */
static __attribute__((noinline)) void count(zc_call call, size_t bytes, int fd, void *caller,
                                            void *frame) {
  zc_thread *self = zc_thread_self();
  if (self->ours) return;
  if (self->collecting && ZC_IS_USER_CALL(call)) {
    add(&self->moved_calls, 1, self->is_shared);
    add(&self->moved_bytes, bytes, self->is_shared);
    return;
  }
  add(&self->calls[call], 1, self->is_shared);
  add(&self->bytes[call], bytes, self->is_shared);
  if (ZC_IS_MOVE_CALL(call) || options.rate == 0) return;
  if (!atomic_load_explicit(&self->caller, memory_order_relaxed) && ZC_IS_USER_CALL(call)) {
    atomic_store_explicit(&self->caller, caller, memory_order_relaxed);
  }
  if (!passes_point(self, bytes)) return;
  zc_place place = {
      .caller = caller,
      .frame = *(void **)frame,
      .stack = frame,
      .key = caller,
      .fd = fd,
  };
  take_sample(self, call, bytes, &place);
}

#define CALLER __builtin_return_address(0)
#define FRAME __builtin_frame_address(0)

__attribute__((noinline)) void zc_hooks_charge(size_t bytes, uint32_t operation) {
  if (bytes < counted_from()) return; /* or nothing is counted */
  zc_thread *self = zc_thread_self();
  if (self->ours) return;
  add(&self->calls[ZC_CALL_modelled], 1, self->is_shared);
  add(&self->bytes[ZC_CALL_modelled], bytes, self->is_shared);
  if (options.rate == 0 || !passes_point(self, bytes)) return;
  zc_place place = {
      .caller = CALLER,
      .frame = *(void **)FRAME,
      .stack = FRAME,
      .key = (void *)(uintptr_t)operation,
      .fd = -1,
  };
  take_sample(self, ZC_CALL_modelled, bytes, &place);
}

/*
 * Most copies are small: for them a hook is one comparison and a jump. What is counted goes by a
 * function of its own, which the jump enters as if the program had called it.
 */
#define USER_HOOK(name, call, parameters, arguments)                                   \
  static void *(*real_##name)parameters;                                               \
  static __attribute__((noinline, cold)) void *counted_##name parameters {             \
    count(call, bytes, -1, CALLER, FRAME);                                             \
    return real_##name arguments;                                                      \
  }                                                                                    \
  static void *hook_##name parameters {                                                \
    if (__builtin_expect(bytes >= counted_from(), 0)) return counted_##name arguments; \
    return real_##name arguments;                                                      \
  }

USER_HOOK(memcpy, ZC_CALL_memcpy, (void *to, const void *from, size_t bytes), (to, from, bytes))
USER_HOOK(memmove, ZC_CALL_memmove, (void *to, const void *from, size_t bytes), (to, from, bytes))
USER_HOOK(memcpy_chk, ZC_CALL_memcpy, (void *to, const void *from, size_t bytes, size_t room),
          (to, from, bytes, room))
USER_HOOK(memmove_chk, ZC_CALL_memmove, (void *to, const void *from, size_t bytes, size_t room),
          (to, from, bytes, room))

/* Calls of the kernel are counted by what they return, however little it is. */
#define COUNT_RESULT(call, fd, result)                                     \
  do {                                                                     \
    if ((result) > 0 && __builtin_expect(counted_from() != SIZE_MAX, 1)) { \
      count((call), (size_t)(result), (fd), CALLER, FRAME);                \
    }                                                                      \
  } while (0)

#define KERNEL_HOOK(name, call, parameters, arguments) \
  static ssize_t(*real_##name) parameters;             \
  static ssize_t hook_##name parameters {              \
    ssize_t result = real_##name arguments;            \
    COUNT_RESULT(call, fd, result);                    \
    return result;                                     \
  }

KERNEL_HOOK(read, ZC_CALL_read, (int fd, void *to, size_t n), (fd, to, n))
KERNEL_HOOK(read_chk, ZC_CALL_read, (int fd, void *to, size_t n, size_t room), (fd, to, n, room))
KERNEL_HOOK(readv, ZC_CALL_readv, (int fd, const struct iovec *v, int n), (fd, v, n))
KERNEL_HOOK(pread, ZC_CALL_pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
KERNEL_HOOK(pread_chk, ZC_CALL_pread, (int fd, void *to, size_t n, off_t at, size_t room),
            (fd, to, n, at, room))
KERNEL_HOOK(preadv, ZC_CALL_preadv, (int fd, const struct iovec *v, int n, off_t at),
            (fd, v, n, at))
KERNEL_HOOK(preadv2, ZC_CALL_preadv, (int fd, const struct iovec *v, int n, off_t at, int flags),
            (fd, v, n, at, flags))
KERNEL_HOOK(recv, ZC_CALL_recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))
KERNEL_HOOK(recv_chk, ZC_CALL_recv, (int fd, void *to, size_t n, size_t room, int flags),
            (fd, to, n, room, flags))
KERNEL_HOOK(recvfrom, ZC_CALL_recvfrom,
            (int fd, void *to, size_t n, int flags, struct sockaddr *from, socklen_t *size),
            (fd, to, n, flags, from, size))
KERNEL_HOOK(recvmsg, ZC_CALL_recvmsg, (int fd, struct msghdr *message, int flags),
            (fd, message, flags))
KERNEL_HOOK(write, ZC_CALL_write, (int fd, const void *from, size_t n), (fd, from, n))
KERNEL_HOOK(writev, ZC_CALL_writev, (int fd, const struct iovec *v, int n), (fd, v, n))
KERNEL_HOOK(pwrite, ZC_CALL_pwrite, (int fd, const void *from, size_t n, off_t at),
            (fd, from, n, at))
KERNEL_HOOK(pwritev, ZC_CALL_pwritev, (int fd, const struct iovec *v, int n, off_t at),
            (fd, v, n, at))
KERNEL_HOOK(pwritev2, ZC_CALL_pwritev, (int fd, const struct iovec *v, int n, off_t at, int flags),
            (fd, v, n, at, flags))
KERNEL_HOOK(send, ZC_CALL_send, (int fd, const void *from, size_t n, int flags),
            (fd, from, n, flags))
KERNEL_HOOK(sendto, ZC_CALL_sendto,
            (int fd, const void *from, size_t n, int flags, const struct sockaddr *to,
             socklen_t size),
            (fd, from, n, flags, to, size))
KERNEL_HOOK(sendmsg, ZC_CALL_sendmsg, (int fd, const struct msghdr *message, int flags),
            (fd, message, flags))
KERNEL_HOOK(sendfile, ZC_CALL_sendfile, (int fd, int in, off_t *at, size_t n), (fd, in, at, n))
KERNEL_HOOK(splice, ZC_CALL_splice,
            (int fd, off_t *in_at, int out, off_t *out_at, size_t n, unsigned int flags),
            (fd, in_at, out, out_at, n, flags))
KERNEL_HOOK(copy_file_range, ZC_CALL_copy_file_range,
            (int fd, off_t *in_at, int out, off_t *out_at, size_t n, unsigned int flags),
            (fd, in_at, out, out_at, n, flags))

/* Many messages: each says how long it was. */
static size_t sum(const struct mmsghdr *messages, int count_of_messages) {
  size_t bytes = 0;
  for (int i = 0; i < count_of_messages; i++) bytes += messages[i].msg_len;
  return bytes;
}

static int (*real_recvmmsg)(int, struct mmsghdr *, unsigned int, int, struct timespec *);
static int (*real_sendmmsg)(int, struct mmsghdr *, unsigned int, int);

static int hook_recvmmsg(int fd, struct mmsghdr *messages, unsigned int n, int flags,
                         struct timespec *timeout) {
  int result = real_recvmmsg(fd, messages, n, flags, timeout);
  ssize_t bytes = (ssize_t)sum(messages, result);
  COUNT_RESULT(ZC_CALL_recvmmsg, fd, bytes);
  return result;
}

static int hook_sendmmsg(int fd, struct mmsghdr *messages, unsigned int n, int flags) {
  int result = real_sendmmsg(fd, messages, n, flags);
  ssize_t bytes = (ssize_t)sum(messages, result);
  COUNT_RESULT(ZC_CALL_sendmmsg, fd, bytes);
  return result;
}

/* The call of a number, or ZC_CALLS. */
static zc_call call_of(long number) {
  switch (number) {
    case SYS_read:
      return ZC_CALL_read;
    case SYS_readv:
      return ZC_CALL_readv;
    case SYS_pread64:
      return ZC_CALL_pread;
    case SYS_preadv:
    case SYS_preadv2:
      return ZC_CALL_preadv;
    case SYS_recvfrom:
      return ZC_CALL_recvfrom;
    case SYS_recvmsg:
      return ZC_CALL_recvmsg;
    case SYS_write:
      return ZC_CALL_write;
    case SYS_writev:
      return ZC_CALL_writev;
    case SYS_pwrite64:
      return ZC_CALL_pwrite;
    case SYS_pwritev:
    case SYS_pwritev2:
      return ZC_CALL_pwritev;
    case SYS_sendto:
      return ZC_CALL_sendto;
    case SYS_sendmsg:
      return ZC_CALL_sendmsg;
    case SYS_sendfile:
      return ZC_CALL_sendfile;
    case SYS_splice:
      return ZC_CALL_splice;
    case SYS_copy_file_range:
      return ZC_CALL_copy_file_range;
    default:
      return ZC_CALLS;
  }
}

/*
 * Calls by number, for which libc has no function, or had none once. Six arguments are handed on
 * whether or not they were given: they are in registers, or on a stack that is there. What is not
 * counted is a jump: some calls return twice.
 */
static long (*real_syscall)(long, long, long, long, long, long, long);

static long hook_syscall(long number, long a, long b, long c, long d, long e, long f) {
  zc_call call = call_of(number);
  if (call == ZC_CALLS) return real_syscall(number, a, b, c, d, e, f);
  long result = real_syscall(number, a, b, c, d, e, f);
  COUNT_RESULT(call, (int)a, result);
  return result;
}

/*
 * Node itself loads addons by their full path. What it loads calls libc by slots of its own, taken
 * here before the first of its functions runs. A name without a folder is looked for beside the
 * caller, which must stay the program: the jump below leaves no frame of ours.
 */
static void *(*real_dlopen)(const char *, int);

static void *hook_dlopen(const char *file, int flags) {
  if (counted_from() == SIZE_MAX || !file || file[0] != '/') return real_dlopen(file, flags);
  void *handle = real_dlopen(file, flags);
  if (handle) zc_hooks_renew();
  return handle;
}

/* libuv asks for preadv and pwritev by name, when it needs them first, and keeps the answer. */
static void *(*real_dlsym)(void *, const char *);
static void *hook_dlsym(void *handle, const char *name);

#define HOOK(symbol, function)                                    \
  {                                                               \
    .name = symbol, .hook = (zc_function_address)hook_##function, \
    .real = (void **)&real_##function                             \
  }

static const zc_hook hooks[] = {
    HOOK("memcpy", memcpy),
    HOOK("memmove", memmove),
    HOOK("read", read),
    HOOK("write", write),
    HOOK("__memcpy_chk", memcpy_chk),
    HOOK("__memmove_chk", memmove_chk),
    HOOK("__read_chk", read_chk),
    HOOK("readv", readv),
    HOOK("pread", pread),
    HOOK("pread64", pread),
    HOOK("__pread_chk", pread_chk),
    HOOK("__pread64_chk", pread_chk),
    HOOK("preadv", preadv),
    HOOK("preadv64", preadv),
    HOOK("preadv2", preadv2),
    HOOK("preadv64v2", preadv2),
    HOOK("recv", recv),
    HOOK("__recv_chk", recv_chk),
    HOOK("recvfrom", recvfrom),
    HOOK("recvmsg", recvmsg),
    HOOK("recvmmsg", recvmmsg),
    HOOK("writev", writev),
    HOOK("pwrite", pwrite),
    HOOK("pwrite64", pwrite),
    HOOK("pwritev", pwritev),
    HOOK("pwritev64", pwritev),
    HOOK("pwritev2", pwritev2),
    HOOK("pwritev64v2", pwritev2),
    HOOK("send", send),
    HOOK("sendto", sendto),
    HOOK("sendmsg", sendmsg),
    HOOK("sendmmsg", sendmmsg),
    HOOK("sendfile", sendfile),
    HOOK("sendfile64", sendfile),
    HOOK("splice", splice),
    HOOK("copy_file_range", copy_file_range),
    HOOK("syscall", syscall),
    {.name = "dlopen",
     .hook = (zc_function_address)hook_dlopen,
     .real = (void **)&real_dlopen,
     .of_main_only = 1},
    {.name = "dlsym",
     .hook = (zc_function_address)hook_dlsym,
     .real = (void **)&real_dlsym,
     .of_main_only = 1},
};

#define HOOKS (sizeof hooks / sizeof hooks[0])
#define NEEDED 4

static void *hook_dlsym(void *handle, const char *name) {
  /* RTLD_NEXT means: behind the caller, which must stay the program. */
  if (counted_from() == SIZE_MAX || handle == RTLD_NEXT) return real_dlsym(handle, name);
  void *found = real_dlsym(handle, name);
  for (size_t i = 0; found && i < HOOKS; i++) {
    if (*hooks[i].real == found && strcmp(hooks[i].name, name) == 0) {
      return (void *)(uintptr_t)hooks[i].hook;
    }
  }
  return found;
}

/* A child that was forked has one thread, and a profile of its own or none. */
static void forget_in_child(void) { count_from(SIZE_MAX); }

int zc_hooks_start(zc_hook_options wanted, zc_slots *taken) {
  static bool watches_forks;
  int error = zc_slots_resolve(hooks, HOOKS, NEEDED);
  if (error) return error;
  if (!watches_forks) {
    if (pthread_atfork(NULL, NULL, forget_in_child) != 0) return -ENOMEM;
    watches_forks = true;
  }
  zc_threads_reset();
  options = wanted;
  epoch += 1;
  *taken = zc_slots_take(hooks, HOOKS);
  count_from(wanted.minimum > 0 ? wanted.minimum : 1);
  return 0;
}

zc_slots zc_hooks_renew(void) { return zc_slots_take(hooks, HOOKS); }

zc_slots zc_hooks_stop(void) {
  count_from(SIZE_MAX);
  return zc_slots_give_back(hooks, HOOKS);
}

bool zc_hooks_are_counting(void) { return counted_from() != SIZE_MAX; }
