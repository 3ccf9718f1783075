/* probe.h: on a plain Linux every path works; a probe that cannot even try says why. */
#include <errno.h>

#include "../src/sys/probe.h"
#include "check.h"
#include "tests.h"

static void every_path_works_here(void) {
  CHECK_EQUAL(zc_probe_sendfile_tcp(), 0);
  CHECK_EQUAL(zc_probe_sendfile_unix(), 0);
  CHECK_EQUAL(zc_probe_splice_tcp(), 0);
  CHECK_EQUAL(zc_probe_map(), 0);
  int cachestat = zc_probe_cachestat(); /* Linux 6.5 */
  CHECK(cachestat == 0 || cachestat == -ENOSYS);
}

static int probe_all(void) {
  int (*probes[])(void) = {zc_probe_sendfile_tcp, zc_probe_sendfile_unix, zc_probe_splice_tcp,
                           zc_probe_map};
  int failures = 0;
  for (int i = 0; i < 4; i++) {
    int error = probes[i]();
    CHECK(error == 0 || error == -EMFILE);
    if (error) failures++;
  }
  return failures;
}

static void no_descriptor_left_is_reported_at_every_step(void) {
  if (under_valgrind) return;
  for (int spare = 0; spare < 6; spare++) {
    int fds = count_fds();
    limit_fds(spare);
    int failures = probe_all();
    unlimit_fds();
    CHECK(spare > 0 || failures == 4);
    CHECK(spare < 5 || failures == 0);
    CHECK_EQUAL(count_fds(), fds);
  }
}

const test probe_tests[] = {
    TEST(every_path_works_here),
    TEST(no_descriptor_left_is_reported_at_every_step),
    {0},
};
