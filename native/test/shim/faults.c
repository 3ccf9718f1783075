/*
 * System calls that fail on demand, preloaded into a process of Node, to see what comes of kernels,
 * disks and limits that are not here. Only calls that zerocopy.node makes are touched: Node's own
 * pass.
 *
 *   FAULTS   rules divided by ';', each  call:what[:key=number]…  The first that is due strikes.
 *              what          a number of errno, or "short": the call moves less
 *              most=N        with short: at most N bytes (default 1)
 *              every=N       each Nth call of that name (default 1: all)
 *              chance=N      one in N calls, by a sequence that `seed` begins
 *              after=N       only once N bytes have passed by calls of that name
 *              skip=N        not the first N calls
 *              times=N       no more than N times
 *              sockets=1     only calls from or to a socket
 *   FAULTS_COUNTS  a file that is kept up to date: for every call of `names`, in that order, three
 *              uint64: how often it was called, how often it was struck, the bytes it moved
 *
 * Threads: any; the state is under one lock, the calls are made without it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Known to the tests in this order: test/support/faults/counts.mjs. */
static const char *const names[] = {
    "sendfile",      "splice",    "sendmsg", "recv",           "copy_file_range", "readv", "writev",
    "preadv2",       "pwritev2",  "mmap",    "cachestat",      "fcntl",           "dup3",  "pipe2",
    "epoll_create1", "epoll_ctl", "eventfd", "pthread_create", "openat2",
};
enum { CALLS = sizeof names / sizeof *names, RULES = 64 };
enum {
  SENDFILE,
  SPLICE,
  SENDMSG,
  RECV,
  COPY_FILE_RANGE,
  READV,
  WRITEV,
  PREADV2,
  PWRITEV2,
  MMAP,
  CACHESTAT,
  FCNTL,
  DUP3,
  PIPE2,
  EPOLL_CREATE1,
  EPOLL_CTL,
  EVENTFD,
  PTHREAD_CREATE,
  OPENAT2,
};

typedef struct {
  int call;
  int error; /* 0: short */
  unsigned long long most, every, chance, seed, after, skip, times, sockets;
  unsigned long long seen, struck;
} rule;

typedef struct {
  uint64_t calls, struck, bytes;
} count;

static rule rules[RULES];
static size_t rule_count;
static count own_counts[CALLS];
static count *counts = own_counts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- rules ---- */

static int call_of(const char *name) {
  for (int i = 0; i < CALLS; i++) {
    if (strcmp(names[i], name) == 0) return i;
  }
  abort(); /* a test that strikes nothing would prove nothing */
}

static void set(rule *r, char *assignment) {
  char *value = strchr(assignment, '=');
  if (!value) abort();
  *value++ = 0;
  unsigned long long number = strtoull(value, NULL, 10);
  if (strcmp(assignment, "most") == 0)
    r->most = number;
  else if (strcmp(assignment, "every") == 0)
    r->every = number;
  else if (strcmp(assignment, "chance") == 0)
    r->chance = number;
  else if (strcmp(assignment, "seed") == 0)
    r->seed = number;
  else if (strcmp(assignment, "after") == 0)
    r->after = number;
  else if (strcmp(assignment, "skip") == 0)
    r->skip = number;
  else if (strcmp(assignment, "times") == 0)
    r->times = number;
  else if (strcmp(assignment, "sockets") == 0)
    r->sockets = number;
  else
    abort();
}

static void add_rule(char *text) {
  char *rest;
  char *name = strtok_r(text, ":", &rest);
  char *what = strtok_r(NULL, ":", &rest);
  if (!name || !what || rule_count == RULES) abort();
  rule *r = &rules[rule_count++];
  *r = (rule){.call = call_of(name), .most = 1, .every = 1, .seed = 1, .times = ~0ULL};
  r->error = strcmp(what, "short") == 0 ? 0 : atoi(what);
  for (char *part; (part = strtok_r(NULL, ":", &rest));) set(r, part);
}

__attribute__((constructor)) static void begin(void) {
  const char *wanted = getenv("FAULTS");
  char *rest;
  char *text = wanted ? strdup(wanted) : NULL;
  for (char *one = text ? strtok_r(text, ";", &rest) : NULL; one;
       one = strtok_r(NULL, ";", &rest)) {
    add_rule(one);
  }
  const char *file = getenv("FAULTS_COUNTS");
  int fd = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (fd < 0) return;
  if (ftruncate(fd, sizeof own_counts) < 0) abort();
  long place =
      syscall(SYS_mmap, NULL, sizeof own_counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
  if (place > 0) counts = (count *)place;
  close(fd);
}

/* ---- what becomes of a call ---- */

static bool is_ours(void *caller) {
  Dl_info info;
  if (!dladdr(caller, &info) || !info.dli_fname) return false;
  return strstr(info.dli_fname, "zerocopy.node") != NULL;
}

/* A sequence of the rule's own (Knuth's MMIX), of which the upper bits are good. */
static bool by_chance(rule *r) {
  if (r->chance == 0) return true;
  r->seed = r->seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (r->seed >> 33) % r->chance == 0;
}

static bool is_due(rule *r) {
  r->seen++;
  if (r->seen <= r->skip || r->struck >= r->times || counts[r->call].bytes < r->after) return false;
  return r->seen % r->every == 0 && by_chance(r);
}

static bool is_socket(int fd) {
  int type;
  socklen_t length = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

/* True: the call fails, errno is set. False: it is made, of at most `*size` bytes. */
static bool strikes_between(int call, void *caller, size_t *size, int from, int to) {
  if (!is_ours(caller)) return false;
  int error = 0;
  pthread_mutex_lock(&lock);
  counts[call].calls++;
  for (size_t i = 0; i < rule_count; i++) {
    rule *r = &rules[i];
    if (r->call != call) continue;
    if (size && counts[call].bytes<r->after && * size> r->after - counts[call].bytes) {
      *size = r->after - counts[call].bytes; /* up to the byte it fails at */
    }
    if (r->sockets && !is_socket(from) && !is_socket(to)) continue;
    if (!is_due(r)) continue;
    r->struck++;
    counts[call].struck++;
    error = r->error;
    if (!error && size && *size > r->most) *size = r->most;
    break;
  }
  pthread_mutex_unlock(&lock);
  if (error) errno = error;
  return error != 0;
}

static bool strikes(int call, void *caller, size_t *size) {
  return strikes_between(call, caller, size, -1, -1);
}

static long moved(int call, void *caller, long result) {
  if (result > 0 && is_ours(caller)) {
    pthread_mutex_lock(&lock);
    counts[call].bytes += (uint64_t)result;
    pthread_mutex_unlock(&lock);
  }
  return result;
}

/* ---- the calls ---- */

#define CALLER __builtin_return_address(0)
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t size) {
  if (strikes(SENDFILE, CALLER, &size)) return -1;
  return moved(SENDFILE, CALLER, syscall(SYS_sendfile, out_fd, in_fd, offset, size));
}

ssize_t splice(int in_fd, off64_t *in_offset, int out_fd, off64_t *out_offset, size_t size,
               unsigned flags) {
  if (strikes_between(SPLICE, CALLER, &size, in_fd, out_fd)) return -1;
  long result = syscall(SYS_splice, in_fd, in_offset, out_fd, out_offset, size, flags);
  return moved(SPLICE, CALLER, result);
}

ssize_t copy_file_range(int in_fd, off64_t *in_offset, int out_fd, off64_t *out_offset, size_t size,
                        unsigned flags) {
  if (strikes(COPY_FILE_RANGE, CALLER, &size)) return -1;
  long result = syscall(SYS_copy_file_range, in_fd, in_offset, out_fd, out_offset, size, flags);
  return moved(COPY_FILE_RANGE, CALLER, result);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
  size_t wanted = size;
  if (strikes(RECV, CALLER, &wanted)) return -1;
  return moved(RECV, CALLER, syscall(SYS_recvfrom, fd, bytes, wanted, flags, NULL, NULL));
}

/* Shorter by what `most` does not hold: whole pieces, and the beginning of one. */
static size_t shorten(struct iovec *pieces, size_t piece_count, size_t most) {
  for (size_t i = 0; i < piece_count; i++) {
    if (pieces[i].iov_len >= most) {
      pieces[i].iov_len = most;
      return i + 1;
    }
    most -= pieces[i].iov_len;
  }
  return piece_count;
}

static size_t sum(const struct iovec *pieces, size_t piece_count) {
  size_t bytes = 0;
  for (size_t i = 0; i < piece_count; i++) bytes += pieces[i].iov_len;
  return bytes;
}

enum { MOST_PIECES = 1024 };

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  struct iovec pieces[MOST_PIECES];
  struct msghdr shorter = *message;
  size_t size = sum(message->msg_iov, message->msg_iovlen);
  size_t before = size;
  if (strikes(SENDMSG, CALLER, &size)) return -1;
  if (size < before && message->msg_iovlen <= MOST_PIECES) {
    memcpy(pieces, message->msg_iov, message->msg_iovlen * sizeof *pieces);
    shorter.msg_iov = pieces;
    shorter.msg_iovlen = shorten(pieces, message->msg_iovlen, size);
  }
  return moved(SENDMSG, CALLER, syscall(SYS_sendmsg, fd, &shorter, flags));
}

static long vectored(int call, void *caller, long number, const long *arguments) {
  struct iovec pieces[MOST_PIECES];
  const struct iovec *given = (const struct iovec *)arguments[1];
  size_t piece_count = (size_t)arguments[2];
  if (piece_count > MOST_PIECES)
    return syscall(number, arguments[0], given, arguments[2], arguments[3], arguments[4],
                   arguments[5]);
  size_t size = sum(given, piece_count);
  if (strikes(call, caller, &size)) return -1;
  memcpy(pieces, given, piece_count * sizeof *pieces);
  piece_count = shorten(pieces, piece_count, size);
  return moved(
      call, caller,
      syscall(number, arguments[0], pieces, piece_count, arguments[3], arguments[4], arguments[5]));
}

ssize_t readv(int fd, const struct iovec *pieces, int piece_count) {
  return vectored(READV, CALLER, SYS_readv, (long[6]){fd, (long)pieces, piece_count});
}

ssize_t writev(int fd, const struct iovec *pieces, int piece_count) {
  return vectored(WRITEV, CALLER, SYS_writev, (long[6]){fd, (long)pieces, piece_count});
}

static const long cachestat_number = 451;
static const long openat2_number = 437;

/* Calls that the C library has no function for. Those of this file come here too, and pass. */
long syscall(long number, ...) {
  static long (*next)(long, ...);
  long a[6];
  va_list list;
  va_start(list, number);
  for (size_t i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (!next) next = NEXT(syscall);
  if (number == cachestat_number && strikes(CACHESTAT, CALLER, NULL)) return -1;
  if (number == openat2_number && strikes(OPENAT2, CALLER, NULL)) return -1;
  if (is_ours(CALLER)) {
    if (number == SYS_preadv2) return vectored(PREADV2, CALLER, number, a);
    if (number == SYS_pwritev2) return vectored(PWRITEV2, CALLER, number, a);
  }
  return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

void *mmap(void *place, size_t length, int protection, int flags, int fd, off_t offset) {
  if (strikes(MMAP, CALLER, NULL)) return MAP_FAILED;
  return (void *)syscall(SYS_mmap, place, length, protection, flags, fd, offset);
}

int fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  long argument = va_arg(list, long);
  va_end(list);
  bool duplicates = command == F_DUPFD_CLOEXEC || command == F_DUPFD;
  if (duplicates && strikes(FCNTL, CALLER, NULL)) return -1;
  return (int)syscall(SYS_fcntl, fd, command, argument);
}

int dup3(int from, int to, int flags) {
  if (strikes(DUP3, CALLER, NULL)) return -1;
  return (int)syscall(SYS_dup3, from, to, flags);
}

int pipe2(int fds[2], int flags) {
  if (strikes(PIPE2, CALLER, NULL)) return -1;
  return (int)syscall(SYS_pipe2, fds, flags);
}

int epoll_create1(int flags) {
  if (strikes(EPOLL_CREATE1, CALLER, NULL)) return -1;
  return (int)syscall(SYS_epoll_create1, flags);
}

int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event) {
  bool adds = operation != EPOLL_CTL_DEL; /* taking out cannot fail */
  if (adds && strikes(EPOLL_CTL, CALLER, NULL)) return -1;
  return (int)syscall(SYS_epoll_ctl, epoll_fd, operation, fd, event);
}

int eventfd(unsigned value, int flags) {
  if (strikes(EVENTFD, CALLER, NULL)) return -1;
  return (int)syscall(SYS_eventfd2, value, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument) {
  static __typeof__(&pthread_create) next;
  if (!next) next = NEXT(pthread_create);
  if (strikes(PTHREAD_CREATE, CALLER, NULL)) return errno;
  return next(thread, attributes, run, argument);
}
