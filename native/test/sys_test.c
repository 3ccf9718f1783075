/*
 * Runs the tests of native/src/sys, and of what is as plain in native/src/profile: plain C, real
 * sockets, pipes and files. Built and run by run.mjs, with sanitizers and without.
 *
 * Every test leaves as many descriptors as it found.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "inbox.h"
#include "tests.h"

/* The thread, its epoll and its eventfd stay for good: make them before descriptors are counted. */
static void start_sender_thread(void) {
  int pair[2];
  int file = make_file(0, 1);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_UNIX, pair);
  inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = file, .count = 1});
  inbox_done(&box, 0);
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static int run_all(const test *tests) {
  int count = 0;
  for (; tests->name; tests++, count++) {
    int fds = count_fds();
    fprintf(stderr, "%s\n", tests->name);
    alarm(100); /* a test that hangs ends the run; its name is the last one printed */
    tests->run();
    CHECK_EQUAL(count_fds(), fds);
  }
  return count;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    if (strcmp(arguments[i], "--small") == 0) small_run = true;
    if (strcmp(arguments[i], "--valgrind") == 0) small_run = under_valgrind = true;
  }
  signal(SIGPIPE, SIG_IGN); /* as Node does */
  start_sender_thread();
  const test *const suites[] = {
      syscalls_tests,   files_tests,       probe_tests,   cache_tests,   receive_tests,
      residency_tests,  pool_tests,        task_tests,    move_tests,    relay_tests,
      sockets_tests,    reply_tests,       opened_tests,  mapping_tests, engine_tests,
      engine_end_tests, engine_load_tests, profile_tests,
  };
  int run = 0;
  for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) run += run_all(suites[i]);
  printf("%d tests\n", run);
  return 0;
}
