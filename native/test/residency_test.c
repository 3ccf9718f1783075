/* residency.h: what is resident, what is not, and what cannot be told. */
#include "../src/sys/residency.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/sys/cache.h"
#include "check.h"
#include "tests.h"

#define SIZE (64 * 4096)
#define CACHESTAT 451

/* In a folder of a disk where there is one. */
static int make_stored_file(void) {
  char name[] = "/var/tmp/zerocopy-test-XXXXXX";
  int fd = mkostemp(name, O_CLOEXEC);
  CHECK(fd >= 0);
  unlink(name);
  uint8_t bytes[SIZE] = {1};
  CHECK_EQUAL(write(fd, bytes, sizeof bytes), SIZE);
  CHECK(fsync(fd) == 0);
  return fd;
}

static bool can_ask(int file) {
  char byte;
  struct iovec place = {.iov_base = &byte, .iov_len = 1};
  return preadv2(file, &place, 1, 0, RWF_NOWAIT) == 1;
}

/* Not in memory. Asking starts to read the file, so it is asked of another one. */
static bool can_drop(void) {
  int file = make_stored_file();
  zc_drop_cache(file);
  bool dropped = !can_ask(file);
  if (!dropped) fprintf(stderr, "  skipped: nothing can be dropped from the page cache\n");
  close(file);
  return dropped;
}

static void check_stored_file(void) {
  int file = make_stored_file();
  if (!can_ask(file)) {
    fprintf(stderr, "  skipped: the file system of /var/tmp cannot read without waiting\n");
  } else {
    CHECK(zc_is_resident(file, 0, SIZE));
    CHECK(zc_is_resident(file, 1, 1));
    CHECK(zc_is_resident(file, SIZE - 1, 1));
    CHECK(!zc_is_resident(file, SIZE - 1, 2));
    CHECK(!zc_is_resident(file, SIZE, 1));
    CHECK(!zc_is_resident(file, INT64_MAX - SIZE, 1));
    bool dropped = false; /* a hint: the kernel may keep pages for a moment */
    for (int i = 0; i < 100 && !dropped; i++) {
      zc_drop_cache(file);
      dropped = !zc_is_resident(file, 0, SIZE);
    }
    CHECK(dropped || !can_drop());
  }
  close(file);
}

static void stored_files_are_resident_until_dropped(void) { check_stored_file(); }

/* The second read meets pages that the first has asked for, and the disk has not filled yet. */
static void pages_that_the_disk_is_filling_are_not_resident(void) {
  int file = make_stored_file();
  for (int round = 0; round < 20 && can_ask(file); round++) {
    zc_drop_cache(file);
    posix_fadvise(file, 0, SIZE, POSIX_FADV_WILLNEED);
    bool resident = zc_is_resident(file, 0, SIZE);
    char byte;
    struct iovec place = {.iov_base = &byte, .iov_len = 1};
    if (resident) CHECK_EQUAL(preadv2(file, &place, 1, SIZE - 1, RWF_NOWAIT), 1);
  }
  close(file);
}

static void files_in_memory_are_resident_where_the_kernel_can_tell(void) {
  int file = make_file(41, SIZE);
  int64_t cached = zc_resident_bytes(file, 0, 0);
  CHECK_EQUAL(zc_is_resident(file, 0, SIZE), cached == SIZE);
  CHECK(ftruncate(file, 2 * SIZE) == 0);
  CHECK(!zc_is_resident(file, SIZE, SIZE)); /* a hole */
  CHECK(!zc_is_resident(file, 0, 2 * SIZE));
  close(file);
}

static void what_is_no_file_in_the_cache_is_not_resident(void) {
  int ends[2];
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  int procfs = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  int writing = make_stored_file();
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", writing);
  int direct = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
  int write_only = open(path, O_WRONLY | O_CLOEXEC);
  CHECK(!zc_is_resident(-1, 0, 1));
  CHECK(!zc_is_resident(ends[0], 0, 1));
  CHECK(!zc_is_resident(procfs, 0, 1));
  CHECK(!zc_is_resident(write_only, 0, 1));
  if (direct >= 0) CHECK(!zc_is_resident(direct, 0, 1));
  if (direct >= 0) close(direct);
  close(write_only);
  close(writing);
  close(procfs);
  close(ends[0]);
  close(ends[1]);
}

/* ---- kernels and containers without the calls ---- */

/* From here on both calls answer `error` in this process, as a seccomp filter of a container does.
 */
static void forbid(unsigned first, unsigned second, unsigned error) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
  CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0);
}

static void in_a_child(void (*run)(unsigned), unsigned error) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    run(error);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_EQUAL(status, 0);
}

static void ask_without_cachestat(unsigned error) {
  forbid(CACHESTAT, CACHESTAT, error);
  CHECK_EQUAL(zc_resident_bytes(0, 0, 0), -(int64_t)error);
  check_stored_file();
  int memory = make_file(42, SIZE);
  CHECK(!zc_is_resident(memory, 0, SIZE)); /* nobody can tell */
}

static void ask_without_either(unsigned error) {
  forbid(CACHESTAT, SYS_preadv2, error);
  int file = make_stored_file();
  CHECK(!zc_is_resident(file, 0, SIZE));
}

static void without_cachestat_two_reads_decide(void) {
  if (under_valgrind) return; /* it makes these calls itself */
  in_a_child(ask_without_cachestat, ENOSYS);
  in_a_child(ask_without_cachestat, EPERM);
}

static void without_both_nothing_is_resident(void) {
  if (under_valgrind) return;
  in_a_child(ask_without_either, ENOSYS);
  in_a_child(ask_without_either, EPERM);
}

/* ---- file systems ---- */

static void storage_is_known_once_it_was_asked(void) {
  struct stat stats;
  int memory = make_file(43, 1);
  int procfs = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  CHECK(fstat(memory, &stats) == 0);
  CHECK_EQUAL(zc_known_storage(0), ZC_STORAGE_UNKNOWN);
  CHECK_EQUAL(zc_known_storage(UINT64_MAX), ZC_STORAGE_UNKNOWN);
  CHECK_EQUAL(zc_find_storage(memory), ZC_STORAGE_LOCAL);
  CHECK_EQUAL(zc_known_storage(stats.st_dev), ZC_STORAGE_LOCAL);
  CHECK(fstat(procfs, &stats) == 0);
  CHECK_EQUAL(zc_find_storage(procfs), ZC_STORAGE_REMOTE);
  CHECK_EQUAL(zc_known_storage(stats.st_dev), ZC_STORAGE_REMOTE);
  CHECK_EQUAL(zc_find_storage(-1), ZC_STORAGE_REMOTE);
  close(procfs);
  close(memory);
}

const test residency_tests[] = {
    TEST(stored_files_are_resident_until_dropped),
    TEST(pages_that_the_disk_is_filling_are_not_resident),
    TEST(files_in_memory_are_resident_where_the_kernel_can_tell),
    TEST(what_is_no_file_in_the_cache_is_not_resident),
    TEST(without_cachestat_two_reads_decide),
    TEST(without_both_nothing_is_resident),
    TEST(storage_is_known_once_it_was_asked),
    {0},
};
