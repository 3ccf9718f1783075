/* The lists of tests that sys_test.c runs; each ends with a nameless one. */
#ifndef ZC_TESTS_H
#define ZC_TESTS_H

typedef struct {
  const char *name;
  void (*run)(void);
} test;

#define TEST(function) \
  { #function, function }

extern const test syscalls_tests[];
extern const test files_tests[];
extern const test probe_tests[];
extern const test cache_tests[];
extern const test receive_tests[];
extern const test residency_tests[];
extern const test pool_tests[];
extern const test task_tests[];
extern const test move_tests[];
extern const test reply_tests[];
extern const test opened_tests[];
extern const test relay_tests[];
extern const test mapping_tests[];
extern const test sockets_tests[];
extern const test engine_tests[];
extern const test engine_end_tests[];
extern const test engine_load_tests[];
extern const test profile_tests[];

#endif
