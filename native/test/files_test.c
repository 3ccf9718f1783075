/* files.h: each function does what its page of the manual says, and says -errno. */
#include "../src/sys/files.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "tests.h"

#define SIZE 100000
#define MFD_CLOEXEC_BIT 1u
#define NOWAIT 8
#define APPEND 16

static int64_t position(int fd) { return lseek(fd, 0, SEEK_CUR); }

static struct iovec part(void *bytes, size_t length) {
  return (struct iovec){.iov_base = bytes, .iov_len = length};
}

static void copy_file_range_copies_between_offsets(void) {
  uint8_t found[3000];
  int file = make_file(1, SIZE);
  int copy = make_file(2, 0);
  int64_t from = 500;
  int64_t to = 20;
  CHECK_EQUAL(lseek(file, 7, SEEK_SET), 7);
  CHECK_EQUAL(zc_copy_file_range(file, &from, copy, &to, 3000), 3000);
  CHECK_EQUAL(from, 3500);
  CHECK_EQUAL(to, 3020);
  CHECK_EQUAL(position(file), 7);
  CHECK_EQUAL(pread(copy, found, 3000, 20), 3000);
  CHECK(is_content(found, 3000, 1, 500));
  CHECK_EQUAL(zc_copy_file_range(file, NULL, copy, NULL, 10), 10);
  CHECK_EQUAL(position(file), 17);
  from = SIZE;
  CHECK_EQUAL(zc_copy_file_range(file, &from, copy, &to, 10), 0);
  CHECK_EQUAL(zc_copy_file_range(-1, NULL, copy, NULL, 10), -EBADF);
  from = 0;
  to = 5;
  CHECK_EQUAL(zc_copy_file_range(copy, &from, copy, &to, 10), -EINVAL); /* they overlap */
  close(copy);
  close(file);
}

static void vectors_are_read_and_written_in_order(void) {
  uint8_t head[10];
  uint8_t tail[90];
  int file = make_file(3, SIZE);
  int copy = make_file(4, 0);
  struct iovec parts[] = {part(head, 10), part(NULL, 0), part(tail, 90)};
  CHECK_EQUAL(lseek(file, 100, SEEK_SET), 100);
  CHECK_EQUAL(zc_readv(file, parts, 3), 100);
  CHECK_EQUAL(position(file), 200);
  CHECK(is_content(head, 10, 3, 100) && is_content(tail, 90, 3, 110));
  CHECK_EQUAL(zc_writev(copy, parts, 3), 100);
  CHECK_EQUAL(position(copy), 100);
  CHECK_EQUAL(zc_preadv(copy, parts, 1, 95, 0), 5);
  CHECK(is_content(head, 5, 3, 195));
  CHECK_EQUAL(position(copy), 100);
  CHECK_EQUAL(zc_readv(copy, parts, 0), 0);
  close(copy);
  close(file);
}

static void positional_calls_take_flags_and_far_offsets(void) {
  char text[] = "end";
  int file = make_file(5, 10);
  struct iovec parts[] = {part(text, 3)};
  CHECK_EQUAL(zc_pwritev(file, parts, 1, 0, APPEND), 3);
  CHECK_EQUAL(lseek(file, 0, SEEK_END), 13);
  CHECK_EQUAL(zc_pwritev(file, parts, 1, (int64_t)1 << 33, 0), 3);
  CHECK_EQUAL(lseek(file, 0, SEEK_END), ((int64_t)1 << 33) + 3);
  memset(text, 0, sizeof text);
  CHECK_EQUAL(zc_preadv(file, parts, 1, (int64_t)1 << 33, 0), 3);
  CHECK(strcmp(text, "end") == 0);
  int64_t cached = zc_preadv(file, parts, 1, 10, NOWAIT);
  CHECK(cached == 3 || cached == -EAGAIN || cached == -EOPNOTSUPP);
  CHECK_EQUAL(zc_preadv(file, parts, 1, -2, 0), -EINVAL);
  CHECK_EQUAL(zc_preadv(file, parts, 1, 0, 1 << 20), -EOPNOTSUPP);
  close(file);
}

static void vectors_report_errors(void) {
  uint8_t byte;
  int ends[2];
  struct iovec *many = calloc(1025, sizeof *many);
  CHECK(many != NULL);
  for (size_t i = 0; i < 1025; i++) many[i] = part(&byte, 1);
  int file = make_file(6, SIZE);
  CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  CHECK_EQUAL(lseek(file, 0, SEEK_SET), 0);
  CHECK_EQUAL(zc_readv(file, many, 1024), 1024);
  CHECK_EQUAL(zc_readv(file, many, 1025), -EINVAL);
  /* Valgrind looks at all of them. */
  if (!under_valgrind) CHECK_EQUAL(zc_writev(file, many, (size_t)1 << 40), -EINVAL);
  CHECK_EQUAL(zc_readv(-1, many, 1), -EBADF);
  CHECK_EQUAL(zc_readv(ends[0], many, 1), -EAGAIN);
  CHECK_EQUAL(zc_preadv(ends[0], many, 1, 0, 0), -ESPIPE);
  close(ends[0]);
  CHECK_EQUAL(zc_writev(ends[1], many, 1), -EPIPE);
  close(ends[1]);
  close(file);
  free(many);
}

static bool has_openat2(void) {
  int fd = (int)zc_openat2(AT_FDCWD, "/dev/null", O_RDONLY, 0, 0, -1);
  if (fd == -ENOSYS) fprintf(stderr, "  skipped: no openat2(2) here\n"); /* valgrind, Linux 5.5 */
  if (fd >= 0) close(fd);
  return fd != -ENOSYS;
}

static void made_descriptors_are_close_on_exec_and_take_their_place(void) {
  int memory = (int)zc_memfd_create("zerocopy-test", 0, -1);
  CHECK(memory >= 0);
  CHECK_EQUAL(fcntl(memory, F_GETFD), FD_CLOEXEC);
  int place = make_file(7, 10);
  CHECK_EQUAL(zc_memfd_create("zerocopy-test", MFD_CLOEXEC_BIT, place), place);
  CHECK_EQUAL(lseek(place, 0, SEEK_END), 0); /* another file */
  CHECK_EQUAL(fcntl(place, F_GETFD), FD_CLOEXEC);
  CHECK_EQUAL(zc_memfd_create("zerocopy-test", 1u << 20, place), -EINVAL);
  CHECK_EQUAL(zc_memfd_create("zerocopy-test", 0, 1 << 20), -EBADF);
  if (has_openat2()) {
    CHECK_EQUAL(zc_openat2(AT_FDCWD, "/dev/null", O_RDWR, 0, 0, place), place);
    CHECK_EQUAL(write(place, "x", 1), 1);
    CHECK_EQUAL(zc_openat2(AT_FDCWD, "/missing", 0, 0, 0, place), -ENOENT);
    CHECK_EQUAL(write(place, "x", 1), 1); /* is what it was */
  }
  close(place);
  close(memory);
}

static void openat2_stays_beneath(void) {
  if (!has_openat2()) return;
  int root = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK(root >= 0);
  uint64_t beneath = 8;
  int file = (int)zc_openat2(root, "null", O_RDONLY, 0, beneath, -1);
  CHECK(file >= 0);
  CHECK_EQUAL(fcntl(file, F_GETFD), FD_CLOEXEC);
  CHECK_EQUAL(zc_openat2(root, "../etc", O_RDONLY, 0, beneath, -1), -EXDEV);
  CHECK_EQUAL(zc_openat2(root, "/dev/null", O_RDONLY, 0, beneath, -1), -EXDEV);
  CHECK_EQUAL(zc_openat2(root, "null", O_RDONLY, 0600, 0, -1), -EINVAL);
  CHECK_EQUAL(zc_openat2(-1, "null", O_RDONLY, 0, 0, -1), -EBADF);
  close(file);
  close(root);
}

static void open_file_opens_no_device_and_no_fifo(void) {
  char folder[] = "/tmp/zerocopy-test-XXXXXX";
  char fifo[64];
  char event[512];
  if (!has_openat2()) return;
  CHECK(mkdtemp(folder) != NULL);
  snprintf(fifo, sizeof fifo, "%s/fifo", folder);
  CHECK(mkfifo(fifo, 0600) == 0);
  int root = (int)zc_open_file(-1, folder, 0, -1);
  CHECK(root >= 0);
  CHECK_EQUAL(fcntl(root, F_GETFD), FD_CLOEXEC);
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  CHECK(inotify_add_watch(watch, fifo, IN_OPEN) > 0);
  CHECK_EQUAL(zc_open_file(root, "fifo", 0, -1), -ENXIO);
  CHECK(read(watch, event, sizeof event) < 0 && errno == EAGAIN); /* nobody has opened it */
  CHECK_EQUAL(zc_open_file(-1, "/dev/null", 0, -1), -ENXIO);
  CHECK_EQUAL(zc_open_file(root, "missing", 0, root), -ENOENT);
  CHECK_EQUAL(zc_open_file(root, "..", 8 /* RESOLVE_BENEATH */, -1), -EXDEV);
  close(watch);
  close(root);
  unlink(fifo);
  rmdir(folder);
}

static void advice_and_statistics_know_the_page_cache(void) {
  int ends[2];
  zc_pages pages;
  int file = make_file(8, 3 * 4096);
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  CHECK_EQUAL(zc_fadvise(file, 0, 0, POSIX_FADV_WILLNEED), 0);
  CHECK_EQUAL(zc_fadvise(file, 0, 0, 99), -EINVAL);
  CHECK_EQUAL(zc_fadvise(-1, 0, 0, 0), -EBADF);
  CHECK_EQUAL(zc_fadvise(ends[0], 0, 0, 0), -ESPIPE);
  int64_t found = zc_cachestat(file, 0, 0, &pages);
  if (found == -ENOSYS || found == -EPERM) {
    fprintf(stderr, "  skipped: no cachestat(2) here\n");
  } else {
    CHECK_EQUAL(found, 0);
    CHECK_EQUAL(pages.cached, 3);
    CHECK_EQUAL(zc_cachestat(file, 4096, 4096, &pages), 0);
    CHECK_EQUAL(pages.cached, 1);
    CHECK_EQUAL(zc_cachestat(-1, 0, 0, &pages), -EBADF);
  }
  close(ends[0]);
  close(ends[1]);
  close(file);
}

/* Which file systems can is theirs to say; that they say it is ours. */
static void clone_shares_blocks_or_says_no(void) {
  uint8_t found[1000];
  int file = make_file(9, 1000);
  int copy = make_file(10, 0);
  int64_t result = zc_clone_file(copy, file);
  CHECK(result == 0 || result == -EOPNOTSUPP || result == -ENOTTY || result == -EINVAL);
  if (result == 0) {
    CHECK_EQUAL(pread(copy, found, 1000, 0), 1000);
    CHECK(is_content(found, 1000, 9, 0));
  }
  CHECK_EQUAL(zc_clone_file(-1, file), -EBADF);
  CHECK_EQUAL(zc_clone_file(copy, -1), -EBADF);
  close(copy);
  close(file);
}

static void next_data_finds_what_lies_between_holes(void) {
  int64_t start;
  int64_t end;
  int64_t mib = 1024 * 1024;
  int file = make_file(11, 0);
  CHECK(ftruncate(file, 10 * mib) == 0);
  CHECK_EQUAL(pwrite(file, "data", 4, 4 * mib), 4);
  CHECK_EQUAL(zc_next_data(file, 0, &start, &end), 0);
  CHECK(start <= 4 * mib && end > 4 * mib && end <= 10 * mib);
  int64_t rest = zc_next_data(file, end, &start, &end);
  CHECK(rest == -ENXIO || end == 10 * mib); /* or the file system knows no holes */
  CHECK_EQUAL(zc_next_data(file, 20 * mib, &start, &end), -ENXIO);
  CHECK_EQUAL(zc_next_data(-1, 0, &start, &end), -EBADF);
  CHECK_EQUAL(zc_seek(file, 42), 42);
  CHECK_EQUAL(position(file), 42);
  CHECK_EQUAL(zc_seek(-1, 0), -EBADF);
  close(file);
}

typedef struct {
  pthread_t thread;
  int reader;
  int64_t result;
  char byte;
} blocked_read;

static _Atomic int interruptions;

static void count_signal(int number) {
  (void)number;
  interruptions++;
}

static void *call_readv(void *argument) {
  blocked_read *call = argument;
  struct iovec parts[] = {part(&call->byte, 1)};
  call->result = zc_readv(call->reader, parts, 1);
  return NULL;
}

static bool was_interrupted(void *argument) {
  blocked_read *call = argument;
  pthread_kill(call->thread, SIGUSR1);
  return interruptions >= 3;
}

static void interrupted_read_is_made_again(void) {
  int ends[2];
  struct sigaction action = {.sa_handler = count_signal}; /* no SA_RESTART */
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  blocked_read call = {.reader = ends[0]};
  CHECK(pthread_create(&call.thread, NULL, call_readv, &call) == 0);
  CHECK(wait_until(was_interrupted, &call));
  CHECK_EQUAL(write(ends[1], "x", 1), 1);
  pthread_join(call.thread, NULL);
  CHECK_EQUAL(call.result, 1);
  CHECK_EQUAL(call.byte, 'x');
  close(ends[0]);
  close(ends[1]);
}

const test files_tests[] = {
    TEST(copy_file_range_copies_between_offsets),
    TEST(vectors_are_read_and_written_in_order),
    TEST(positional_calls_take_flags_and_far_offsets),
    TEST(vectors_report_errors),
    TEST(made_descriptors_are_close_on_exec_and_take_their_place),
    TEST(openat2_stays_beneath),
    TEST(open_file_opens_no_device_and_no_fifo),
    TEST(advice_and_statistics_know_the_page_cache),
    TEST(clone_shares_blocks_or_says_no),
    TEST(next_data_finds_what_lies_between_holes),
    TEST(interrupted_read_is_made_again),
    {0},
};
