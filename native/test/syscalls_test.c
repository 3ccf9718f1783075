/* syscalls.h: each function does what its page of the manual says, and says -errno. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../src/sys/syscalls.h"
#include "check.h"
#include "tests.h"

#define SIZE 100000

static int64_t position(int fd) { return lseek(fd, 0, SEEK_CUR); }

static void sendfile_offset_leaves_the_file_position(void) {
  int pair[2];
  int file = make_file(1, SIZE);
  make_pair(PAIR_UNIX, pair);
  CHECK_EQUAL(lseek(file, 7, SEEK_SET), 7);
  int64_t offset = 5000;
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 3000), 3000);
  CHECK_EQUAL(offset, 8000);
  CHECK_EQUAL(position(file), 7);
  expect_content(pair[1], 1, 5000, 3000);
  close_pair(pair);
  close(file);
}

static void sendfile_null_offset_moves_the_file_position(void) {
  int pair[2];
  int file = make_file(2, SIZE);
  make_pair(PAIR_TCP, pair);
  CHECK_EQUAL(lseek(file, 10, SEEK_SET), 10);
  CHECK_EQUAL(zc_sendfile(pair[0], file, NULL, 4000), 4000);
  CHECK_EQUAL(position(file), 4010);
  expect_content(pair[1], 2, 10, 4000);
  close_pair(pair);
  close(file);
}

static void sendfile_stops_at_the_end_of_the_file(void) {
  int pair[2];
  int file = make_file(3, 1000);
  make_pair(PAIR_UNIX, pair);
  int64_t offset = 400;
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, ZC_MAX_COUNT), 600);
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 1), 0);
  offset = (int64_t)1 << 40;
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 1), 0);
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 0), 0);
  close_pair(pair);
  close(file);
}

static void sendfile_reports_errors(void) {
  int pair[2];
  int ends[2];
  int file = make_file(4, SIZE);
  int64_t offset = 0;
  make_pair(PAIR_TCP, pair);
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  CHECK_EQUAL(zc_sendfile(-1, file, &offset, 1), -EBADF);
  CHECK_EQUAL(zc_sendfile(pair[0], -1, &offset, 1), -EBADF);
  CHECK_EQUAL(zc_sendfile(pair[0], ends[0], NULL, 1), -EINVAL);
  CHECK_EQUAL(zc_sendfile(pair[0], ends[0], &offset, 1), -ESPIPE);
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, (size_t)-1), -EINVAL);
  offset = -1;
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 1), -EINVAL);
  offset = 0;
  int64_t sent;
  while ((sent = zc_sendfile(pair[0], file, &offset, SIZE)) >= 0) offset = 0;
  CHECK_EQUAL(sent, -EAGAIN);
  close(ends[0]);
  close(ends[1]);
  close_pair(pair);
  close(file);
}

static void splice_moves_file_to_pipe_to_socket(void) {
  int pair[2];
  int ends[2];
  int file = make_file(5, SIZE);
  make_pair(PAIR_TCP, pair);
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  int64_t offset = 123;
  CHECK_EQUAL(zc_splice(file, &offset, ends[1], 20000, 0), 20000);
  CHECK_EQUAL(offset, 20123);
  CHECK_EQUAL(position(file), SIZE);
  CHECK_EQUAL(zc_splice(ends[0], NULL, pair[0], 20000, 0), 20000);
  expect_content(pair[1], 5, 123, 20000);
  CHECK_EQUAL(zc_splice(file, &offset, pair[0], 1, 0), -EINVAL); /* no end is a pipe */
  offset = SIZE;
  CHECK_EQUAL(zc_splice(file, &offset, ends[1], 1, 0), 0);
  CHECK_EQUAL(zc_splice(-1, NULL, ends[1], 1, 0), -EBADF);
  close(ends[0]);
  close(ends[1]);
  close_pair(pair);
  close(file);
}

static void duplicate_is_close_on_exec_and_no_standard_stream(void) {
  int file = make_file(6, 10);
  int copy = zc_duplicate(file);
  CHECK(copy > 2 && copy != file);
  CHECK_EQUAL(fcntl(copy, F_GETFD), FD_CLOEXEC);
  CHECK_EQUAL(lseek(file, 3, SEEK_SET), 3);
  CHECK_EQUAL(position(copy), 3); /* one open file description */
  int other = make_file(10, 10);
  CHECK_EQUAL(zc_duplicate_to(other, copy), 0);
  CHECK_EQUAL(fcntl(copy, F_GETFD), FD_CLOEXEC);
  CHECK_EQUAL(lseek(other, 7, SEEK_SET), 7);
  CHECK_EQUAL(position(copy), 7);
  CHECK_EQUAL(zc_duplicate_to(-1, copy), -EBADF);
  close(other);
  zc_close(copy);
  CHECK_EQUAL(fcntl(copy, F_GETFD), -1);
  zc_close(-1);
  CHECK_EQUAL(zc_duplicate(-1), -EBADF);
  CHECK_EQUAL(zc_duplicate(copy), -EBADF);
  close(file);
}

static void counters_count_what_was_moved(void) {
  int pair[2];
  int file = make_file(8, SIZE);
  int64_t offset = 0;
  make_pair(PAIR_UNIX, pair);
  zc_counters before = zc_read_counters();
  CHECK_EQUAL(zc_sendfile(pair[0], file, &offset, 1234), 1234);
  CHECK_EQUAL(zc_sendfile(pair[0], -1, &offset, 1234), -EBADF);
  zc_counters after = zc_read_counters();
  CHECK_EQUAL(after.sendfile_bytes - before.sendfile_bytes, 1234);
  CHECK_EQUAL(after.sendfile_calls - before.sendfile_calls, 2);
  CHECK_EQUAL(after.splice_bytes, before.splice_bytes);
  close_pair(pair);
  close(file);
}

typedef struct {
  pthread_t thread;
  int out_fd;
  int file;
  uint64_t calls_before;
  int64_t result;
} blocked_call;

static void ignore_signal(int number) { (void)number; }

static void *call_sendfile(void *argument) {
  blocked_call *call = argument;
  int64_t offset = 0;
  call->result = zc_sendfile(call->out_fd, call->file, &offset, 1000);
  return NULL;
}

static bool was_made_again(void *argument) {
  blocked_call *call = argument;
  pthread_kill(call->thread, SIGUSR1);
  return zc_read_counters().sendfile_calls >= call->calls_before + 3;
}

static void interrupted_call_is_made_again(void) {
  int pair[2];
  int64_t offset = 0;
  struct sigaction action = {.sa_handler = ignore_signal}; /* no SA_RESTART */
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  make_pair(PAIR_UNIX, pair);
  blocked_call call = {.out_fd = pair[0], .file = make_file(9, SIZE)};
  while (zc_sendfile(pair[0], call.file, &offset, SIZE) >= 0) offset = 0;
  CHECK(fcntl(pair[0], F_SETFL, 0) == 0); /* from here on it blocks */

  call.calls_before = zc_read_counters().sendfile_calls;
  CHECK(pthread_create(&call.thread, NULL, call_sendfile, &call) == 0);
  CHECK(wait_until(was_made_again, &call));
  CHECK(shutdown(pair[0], SHUT_WR) == 0); /* wakes the call */
  pthread_join(call.thread, NULL);
  CHECK_EQUAL(call.result, -EPIPE);
  close_pair(pair);
  close(call.file);
}

const test syscalls_tests[] = {
    TEST(sendfile_offset_leaves_the_file_position),
    TEST(sendfile_null_offset_moves_the_file_position),
    TEST(sendfile_stops_at_the_end_of_the_file),
    TEST(sendfile_reports_errors),
    TEST(splice_moves_file_to_pipe_to_socket),
    TEST(duplicate_is_close_on_exec_and_no_standard_stream),
    TEST(counters_count_what_was_moved),
    TEST(interrupted_call_is_made_again),
    {0},
};
