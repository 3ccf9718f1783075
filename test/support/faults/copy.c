/*
 * Ways from file to file that do what they are told, preloaded into a process of
 * fs.copyFile.faults.test.ts, to see what comes of file systems and disks that are not here.
 *
 *   FAULT_CLONE    error of the ioctl FICLONE; 0: it shares the blocks, here by copying
 *   FAULT_RANGE    error of copy_file_range(2); 0: it finds no bytes
 *   FAULT_SEND     error of sendfile(2)
 *   FAULT_WRITE    error of pwrite(2), which is how Node writes at an offset
 *   FAULT_AFTER    bytes that pass before any of the last three (default 0)
 *   FAULT_MOST     the most one call of copy_file_range or sendfile moves
 *
 * Threads: one call at a time, each on a thread of libuv's pool.
 */
#include <errno.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long long passed;

static long long setting(const char *name, long long otherwise) {
  const char *value = getenv(name);
  return value ? atoll(value) : otherwise;
}

/* The bytes a call may move, or -1: it fails with `errno` set, or 0 for FAULT_RANGE=0. */
static long long allowed(const char *name, size_t count) {
  long long error = setting(name, -1);
  long long after = setting("FAULT_AFTER", 0);
  long long most = setting("FAULT_MOST", (long long)count);
  if (error >= 0 && passed >= after) {
    errno = (int)error;
    return error ? -1 : 0;
  }
  if (error >= 0 && after - passed < most) most = after - passed;
  return (long long)count < most ? (long long)count : most;
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t count, unsigned flags) {
  long long most = allowed("FAULT_RANGE", count);
  if (most <= 0) return (ssize_t)most;
  long result = syscall(SYS_copy_file_range, in, from, out, to, (size_t)most, flags);
  if (result > 0) passed += result;
  return result;
}

ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
  long long most = allowed("FAULT_SEND", count);
  if (most <= 0) return (ssize_t)most;
  long result = syscall(SYS_sendfile, out, in, offset, (size_t)most);
  if (result > 0) passed += result;
  return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  long long most = allowed("FAULT_WRITE", count);
  if (most <= 0) return (ssize_t)most;
  long result = syscall(SYS_pwrite64, fd, bytes, (size_t)most, offset);
  if (result > 0) passed += result;
  return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return pwrite64(fd, bytes, count, offset);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  long long error = setting("FAULT_CLONE", -1);
  if (request != FICLONE || error < 0) return (int)syscall(SYS_ioctl, fd, request, argument);
  if (error > 0) {
    errno = (int)error;
    return -1;
  }
  struct stat stats;
  int in = (int)(long)argument;
  off64_t from = 0;
  off64_t to = 0;
  if (fstat(in, &stats) < 0) return -1;
  while (from < stats.st_size) {
    long moved = syscall(SYS_copy_file_range, in, &from, fd, &to, stats.st_size - from, 0);
    if (moved <= 0) return -1;
  }
  return 0;
}
