/*
 * A sendfile(2) that says which thread called it, and that can make the disk hang; preloaded into a
 * process of net.threads.test.ts.
 *
 *   THREADS_LOG   a line for each call goes there: the thread ("main" for the first), the result
 *   THREADS_GATE  calls by the disk pool wait until this file is there
 *
 * Threads: any.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static void log_call(const char *thread, const char *what) {
  const char *path = getenv("THREADS_LOG");
  char line[64];
  if (!path) return;
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  int length = snprintf(line, sizeof line, "%s %s\n", thread, what);
  if (write(fd, line, (size_t)length) != length) abort();
  close(fd);
}

ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count) {
  char thread[16] = "main";
  char what[24];
  if (syscall(SYS_gettid) != getpid()) prctl(PR_GET_NAME, thread);
  const char *gate = getenv("THREADS_GATE");
  if (gate && strcmp(thread, "zerocopy-disk") == 0 && access(gate, F_OK) != 0) {
    log_call(thread, "waits");
    while (access(gate, F_OK) != 0) usleep(1000);
  }
  ssize_t result = syscall(SYS_sendfile, out_fd, in_fd, offset, count);
  int error = errno;
  snprintf(what, sizeof what, "%zd", result);
  log_call(thread, what);
  errno = error;
  return result;
}
