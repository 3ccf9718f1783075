/*
 * What the C tests share: a check that ends the run, a deadline, descriptors that are counted, and
 * content that tells where it came from.
 *
 * Every byte of a test file follows from its tag and its offset, so that a reader can tell a byte
 * of another file from its own without holding either.
 */
#ifndef ZC_CHECK_H
#define ZC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Valgrind and ThreadSanitizer run the same tests on less data. */
extern bool small_run;
/* Valgrind answers a lowered RLIMIT_NOFILE itself, and not with the errors of the kernel. */
extern bool under_valgrind;

#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(found, wanted) \
  check_equal((int64_t)(found), (int64_t)(wanted), #found, __FILE__, __LINE__)
void check_that(bool holds, const char *condition, const char *file, int line);
void check_equal(int64_t found, int64_t wanted, const char *expression, const char *file, int line);

/* Open descriptors of this process. */
int count_fds(void);

/* Leaves room for `spare` new descriptors (RLIMIT_NOFILE) until unlimit_fds. Not nested. */
void limit_fds(int spare);
void unlimit_fds(void);

/* Asks every millisecond; false after 60 s. */
bool wait_until(bool (*holds)(void *), void *argument);
void sleep_ms(int ms);

/* An anonymous file of `size` bytes that carry `tag`. */
int make_file(uint32_t tag, uint64_t size);
/* True when `bytes` are those of file `tag` from `offset`. */
bool is_content(const uint8_t *bytes, size_t length, uint32_t tag, uint64_t offset);

typedef enum { PAIR_TCP, PAIR_UNIX } pair_kind;
/* pair[0] sends and does not block, pair[1] reads and does. */
void make_pair(pair_kind kind, int pair[2]);
void close_pair(int pair[2]);

/* Reads `count` bytes, checks that they are those of file `tag` from `offset`. */
void expect_content(int fd, uint32_t tag, uint64_t offset, uint64_t count);
/* Reads until the end or an error; the bytes found. */
uint64_t drain(int fd);
/* Waits until the reader's queue has stopped growing: the sender is blocked. */
void wait_until_full(int reader);

#endif
