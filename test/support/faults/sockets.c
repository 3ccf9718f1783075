/*
 * A sendmsg(2) and a recv(2) that fail on demand, preloaded into a process of
 * net.views.faults.test.ts.
 *
 *   FAULT_ERRNO   the error of sendmsg; none when not set
 *   FAULT_RECV    the error of recv; none when not set
 *   FAULT_AFTER   bytes that pass before it (default 0)
 *   FAULT_TIMES   how often it comes, -1 without end (default -1); in between, calls pass
 *   FAULT_MOST    the most one call moves
 *
 * Threads: the JavaScript thread alone calls them with MSG_DONTWAIT; other calls pass.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long long setting(const char *name, long long otherwise) {
  const char *value = getenv(name);
  return value ? atoll(value) : otherwise;
}

typedef struct {
  const char *error;
  long long passed;
  long long failures;
  int failed_last;
} call;

static int is_due(call *which) {
  long long error = setting(which->error, 0);
  long long times = setting("FAULT_TIMES", -1);
  int due = error && which->passed >= setting("FAULT_AFTER", 0) &&
            (times < 0 || (which->failures < times && !which->failed_last));
  which->failed_last = due;
  if (!due) return 0;
  which->failures++;
  errno = (int)error;
  return 1;
}

static size_t most(const call *which, size_t count) {
  long long left = setting("FAULT_AFTER", 0) - which->passed;
  long long limit = setting("FAULT_MOST", (long long)count);
  if (setting(which->error, 0) && left > 0 && left < limit) limit = left;
  return (long long)count < limit ? count : (size_t)limit;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  static call this = {.error = "FAULT_ERRNO"};
  if (!(flags & MSG_DONTWAIT)) return syscall(SYS_sendmsg, fd, message, flags);
  if (is_due(&this)) return -1;
  /* One piece at a time, cut: a short count is as good as any other. */
  struct iovec piece = message->msg_iov[0];
  struct msghdr shorter = {.msg_iov = &piece, .msg_iovlen = 1};
  piece.iov_len = most(&this, piece.iov_len);
  int cut = getenv("FAULT_MOST") || getenv("FAULT_AFTER");
  long result = syscall(SYS_sendmsg, fd, cut ? &shorter : message, flags);
  if (result > 0) this.passed += result;
  return result;
}

ssize_t recv(int fd, void *address, size_t count, int flags) {
  static call this = {.error = "FAULT_RECV"};
  if (!(flags & MSG_DONTWAIT) || count == 0)
    return syscall(SYS_recvfrom, fd, address, count, flags, NULL, NULL);
  if (is_due(&this)) return -1;
  long result = syscall(SYS_recvfrom, fd, address, most(&this, count), flags, NULL, NULL);
  if (result > 0) this.passed += result;
  return result;
}
