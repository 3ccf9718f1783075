/* opened.h: what is opened at once, and what is left to threads that may wait. */
#include "../src/sys/opened.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/sys/residency.h"
#include "check.h"
#include "tests.h"

typedef struct {
  char folder[64];
  char file[96];
  char fifo[96];
  char link[96];
} place;

static void write_file(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  CHECK(fd >= 0 && write(fd, "content", 7) == 7);
  close(fd);
}

/* On a file system that is known to be local. False, and said, where it is not, or Linux is older.
 */
static bool set_up(place *p) {
  strcpy(p->folder, "/tmp/zerocopy-opened-XXXXXX");
  CHECK(mkdtemp(p->folder) != NULL);
  snprintf(p->file, sizeof p->file, "%s/file", p->folder);
  snprintf(p->fifo, sizeof p->fifo, "%s/fifo", p->folder);
  snprintf(p->link, sizeof p->link, "%s/link", p->folder);
  write_file(p->file);
  CHECK(mkfifo(p->fifo, 0600) == 0);
  CHECK(symlink("file", p->link) == 0);
  int fd = open(p->file, O_RDONLY | O_CLOEXEC);
  bool is_local = zc_find_storage(fd) == ZC_STORAGE_LOCAL;
  close(fd);
  if (!is_local) fprintf(stderr, "  skipped: /tmp is not known to be local\n");
  int64_t opened = zc_open_cached(-1, p->file, 0);
  bool can_open = opened >= 0;
  if (can_open) close((int)opened);
  if (!can_open) fprintf(stderr, "  skipped: no openat2 with RESOLVE_CACHED\n");
  return is_local && can_open;
}

static void tear_down(place *p) {
  unlink(p->file);
  unlink(p->fifo);
  unlink(p->link);
  CHECK(rmdir(p->folder) == 0);
}

/*
 * Where a path goes wrong the kernel may say that it would have to wait, and what is the matter
 * only to who does.
 */

/* The descriptor reads, from the beginning, is not inherited, and does not block. */
static void expect_opened(int64_t fd) {
  char found[8] = {0};
  CHECK(fd >= 0);
  CHECK_EQUAL(read((int)fd, found, sizeof found), 7);
  CHECK(strcmp(found, "content") == 0);
  CHECK(fcntl((int)fd, F_GETFD) & FD_CLOEXEC);
  CHECK((fcntl((int)fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
  close((int)fd);
}

static void files_are_opened_by_path_and_below_a_directory(void) {
  place p;
  if (set_up(&p)) {
    int fds = count_fds();
    expect_opened(zc_open_cached(-1, p.file, 0));
    expect_opened(zc_open_cached(-1, p.link, 0));
    expect_opened(zc_open_cached_local(p.file));
    expect_opened(zc_open_cached_local(p.link));
    int folder = open(p.folder, O_PATH | O_CLOEXEC);
    expect_opened(zc_open_cached(folder, "file", 0x08 /* RESOLVE_BENEATH */));
    int64_t outside = zc_open_cached(folder, "../..", 0x08);
    CHECK(outside == -EXDEV || outside == -EAGAIN);
    close(folder);
    CHECK_EQUAL(count_fds(), fds);
  }
  tear_down(&p);
}

static double mtime_ms_of(int fd) {
  struct stat file;
  fstat(fd, &file);
  return (double)file.st_mtim.tv_sec * 1e3 + (double)file.st_mtim.tv_nsec / 1e6;
}

static void what_has_been_written_to_is_not_unchanged(void) {
  place p;
  if (set_up(&p)) {
    int fd = open(p.file, O_RDWR | O_CLOEXEC);
    double before = mtime_ms_of(fd);
    CHECK(zc_is_unchanged(fd, 7, before));
    CHECK(!zc_is_unchanged(fd, 6, before));
    CHECK(!zc_is_unchanged(fd, 7, before - 1));
    CHECK_EQUAL(ftruncate(fd, 8), 0);
    CHECK(!zc_is_unchanged(fd, 7, before));
    close(fd);
    CHECK(!zc_is_unchanged(-1, 7, before));
  }
  tear_down(&p);
}

static void what_is_no_file_is_not_opened(void) {
  place p;
  if (set_up(&p)) {
    int fds = count_fds();
    int64_t folder = zc_open_cached(-1, p.folder, 0);
    CHECK(folder >= 0);
    close((int)folder);
    CHECK_EQUAL(zc_open_cached_local(p.folder), -ENXIO);
    CHECK_EQUAL(zc_open_cached(-1, p.fifo, 0), -ENXIO);
    CHECK_EQUAL(zc_open_cached_local(p.fifo), -ENXIO);
    CHECK(zc_open_cached_local("/dev/null") < 0);
    CHECK_EQUAL(count_fds(), fds);
  }
  tear_down(&p);
}

static void errors_are_told_and_leave_nothing_open(void) {
  place p;
  if (set_up(&p)) {
    char below[128];
    char longest[PATH_MAX + 10];
    int fds = count_fds();
    snprintf(below, sizeof below, "%s/x", p.file);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    int64_t no_folder = zc_open_cached_local(below);
    CHECK(no_folder == -ENOTDIR || no_folder == -EAGAIN);
    CHECK_EQUAL(zc_open_cached_local(longest), -ENAMETOOLONG);
    CHECK_EQUAL(zc_open_cached_local(""), -ENOENT);
    int64_t missing = zc_open_cached_local("/tmp/zerocopy-opened-missing");
    CHECK(missing == -ENOENT || missing == -EAGAIN);
    if (!under_valgrind) {
      limit_fds(0);
      CHECK_EQUAL(zc_open_cached_local(p.file), -EMFILE);
      unlimit_fds();
    }
    CHECK_EQUAL(count_fds(), fds);
  }
  tear_down(&p);
}

static void file_systems_that_are_not_known_to_be_local_are_left_alone(void) {
  place p;
  if (set_up(&p)) {
    int fds = count_fds();
    /* procfs is of no kind that is listed, whether it has been asked about or not. */
    CHECK_EQUAL(zc_open_cached_local("/proc/self/status"), -EAGAIN);
    int procfs = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    CHECK_EQUAL(zc_find_storage(procfs), ZC_STORAGE_REMOTE);
    close(procfs);
    CHECK_EQUAL(zc_open_cached_local("/proc/self/status"), -EAGAIN);
    CHECK_EQUAL(count_fds(), fds);
  }
  tear_down(&p);
}

const test opened_tests[] = {
    TEST(files_are_opened_by_path_and_below_a_directory),
    TEST(what_has_been_written_to_is_not_unchanged),
    TEST(what_is_no_file_is_not_opened),
    TEST(errors_are_told_and_leave_nothing_open),
    TEST(file_systems_that_are_not_known_to_be_local_are_left_alone),
    {NULL, NULL},
};
