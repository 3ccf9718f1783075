/* cache.h: what was read is resident, what was dropped is not. */
#include "../src/sys/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "tests.h"

#define SIZE (64 * 4096)

/* In a folder of a disk where there is one: in memory nothing can be dropped. */
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

static void written_pages_are_resident_until_dropped(void) {
  int file = make_stored_file();
  int64_t resident = zc_resident_bytes(file, 0, 0);
  if (resident == -ENOSYS || resident == -EPERM) {
    fprintf(stderr, "  skipped: no cachestat(2) here\n");
  } else {
    CHECK_EQUAL(resident, SIZE);
    CHECK_EQUAL(zc_resident_bytes(file, 4096, 2 * 4096), 2 * 4096);
    CHECK_EQUAL(zc_resident_bytes(file, SIZE, 4096), 0);
    CHECK_EQUAL(zc_drop_cache(file), 0);
    CHECK(zc_resident_bytes(file, 0, 0) <= SIZE); /* a hint: the kernel may keep some */
  }
  close(file);
}

static void errors_are_reported(void) {
  int ends[2];
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  int64_t error = zc_resident_bytes(-1, 0, 0);
  CHECK(error == -EBADF || error == -ENOSYS || error == -EPERM);
  CHECK_EQUAL(zc_drop_cache(-1), -EBADF);
  CHECK_EQUAL(zc_drop_cache(ends[0]), -ESPIPE);
  close(ends[0]);
  close(ends[1]);
}

static void releasing_segments_leaves_the_thread_and_its_descriptors_as_they_were(void) {
  cpu_set_t before;
  cpu_set_t after;
  int fds = count_fds();
  CHECK(sched_getaffinity(0, sizeof before, &before) == 0);
  zc_release_segments();
  CHECK(sched_getaffinity(0, sizeof after, &after) == 0);
  CHECK(CPU_EQUAL(&before, &after));
  CHECK_EQUAL(count_fds(), fds);
}

const test cache_tests[] = {
    TEST(written_pages_are_resident_until_dropped),
    TEST(errors_are_reported),
    TEST(releasing_segments_leaves_the_thread_and_its_descriptors_as_they_were),
    {0}};
