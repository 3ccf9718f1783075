/*
 * A splice(2) that fails on demand, preloaded into a process of relay.shim.test.ts.
 *
 *   FAULT_ERRNO   the error; none when not set
 *   FAULT_SIDE    "fill": calls that read from a socket; "empty": those that write from a pipe
 *   FAULT_AFTER   bytes that pass that side before it (default 0)
 *   FAULT_TIMES   how often it comes, -1 without end (default -1); in between, calls pass
 *   FAULT_MOST    the most one call moves
 *
 * The empty pipe that asks whether a target can be written to passes always.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static long long setting(const char *name, long long otherwise) {
  const char *value = getenv(name);
  return value ? atoll(value) : otherwise;
}

static int is_pipe(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

static int is_side(int in_fd) {
  const char *side = getenv("FAULT_SIDE");
  if (!side) return 0;
  return strcmp(side, is_pipe(in_fd) ? "empty" : "fill") == 0;
}

static int is_question(int in_fd) {
  int queued = 1;
  return is_pipe(in_fd) && ioctl(in_fd, FIONREAD, &queued) == 0 && queued == 0;
}

ssize_t splice(int in_fd, off_t *in_offset, int out_fd, off_t *out_offset, size_t count,
               unsigned flags) {
  static long long passed;
  static long long failures;
  static int failed_last;
  long long error = setting("FAULT_ERRNO", 0);
  long long after = setting("FAULT_AFTER", 0);
  long long times = setting("FAULT_TIMES", -1);
  long long most = setting("FAULT_MOST", (long long)count);
  int side = is_side(in_fd) && !is_question(in_fd);
  pthread_mutex_lock(&lock);
  int due = side && error && passed >= after && (times < 0 || (failures < times && !failed_last));
  if (side) failed_last = due;
  if (due) failures++;
  if (side && error && passed < after && after - passed < most) most = after - passed;
  pthread_mutex_unlock(&lock);
  if (due) {
    errno = (int)error;
    return -1;
  }
  if ((long long)count > most) count = (size_t)most;
  long result = syscall(SYS_splice, in_fd, in_offset, out_fd, out_offset, count, flags);
  if (side && result > 0) {
    pthread_mutex_lock(&lock);
    passed += result;
    pthread_mutex_unlock(&lock);
  }
  return result;
}
