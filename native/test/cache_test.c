/* cache.h: what is in the page cache is counted, and leaves it when it is clean. */
#include "../src/sys/cache.h"

#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "tests.h"

static void a_file_in_memory_is_resident_and_stays(void) {
  uint64_t size = 1 << 20;
  int file = make_file(7, size);
  int64_t resident = zc_resident_bytes(file, 0, 0);
  CHECK(resident == (int64_t)size || resident == -ENOSYS);
  CHECK_EQUAL(zc_drop_cache(file), 0);
  if (resident > 0) CHECK_EQUAL(zc_resident_bytes(file, 0, 0), size);
  close(file);
}

static void descriptors_that_are_no_files_are_refused(void) {
  int64_t resident = zc_resident_bytes(-1, 0, 0);
  CHECK(resident == -EBADF || resident == -ENOSYS);
  CHECK_EQUAL(zc_drop_cache(-1), -EBADF);
}

const test cache_tests[] = {TEST(a_file_in_memory_is_resident_and_stays),
                            TEST(descriptors_that_are_no_files_are_refused),
                            {0}};
