/*
 * A sendfile(2) that fails on demand, preloaded into a process of net.faults.test.ts, to see what
 * comes of errors that a healthy kernel and disk do not make.
 *
 *   FAULT_ERRNO   the error; none when not set
 *   FAULT_AFTER   bytes that pass before it (default 0)
 *   FAULT_TIMES   how often it comes, -1 without end (default -1); in between, calls pass
 *   FAULT_MOST    the most one call moves
 *
 * Threads: one transfer calls it from one thread at a time.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long long setting(const char *name, long long otherwise) {
  const char *value = getenv(name);
  return value ? atoll(value) : otherwise;
}

ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count) {
  static long long passed;
  static long long failures;
  static int failed_last;
  long long error = setting("FAULT_ERRNO", 0);
  long long after = setting("FAULT_AFTER", 0);
  long long times = setting("FAULT_TIMES", -1);
  long long most = setting("FAULT_MOST", (long long)count);
  int due = error && passed >= after && (times < 0 || (failures < times && !failed_last));
  failed_last = due;
  if (due) {
    failures++;
    errno = (int)error;
    return -1;
  }
  if (error && passed < after && after - passed < most) most = after - passed;
  if ((long long)count > most) count = (size_t)most;
  long result = syscall(SYS_sendfile, out_fd, in_fd, offset, count);
  if (result > 0) passed += result;
  return result;
}
