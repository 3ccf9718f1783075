/* mapping.h and map_guard.h: lost pages read as zeros, other faults are passed on. */
#include "../src/sys/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/sys/map_guard.h"
#include "check.h"
#include "tests.h"

#define PAGES 8
#define TAG 7

static size_t page;

static zc_mapping *map_pages(int file, int flags) {
  zc_mapping *mapping;
  zc_map_request request = {
      .fd = file, .length = PAGES * page, .protection = PROT_READ | PROT_WRITE, .flags = flags};
  CHECK_EQUAL(zc_map(&request, &mapping), 0);
  return mapping;
}

static int make_pages(void) {
  page = zc_page_size();
  CHECK_EQUAL(zc_guard_install(), 0);
  return make_file(TAG, PAGES * page);
}

static volatile uint8_t *bytes_of(zc_mapping *mapping) { return zc_mapping_at(mapping, 0, 1); }

static void a_mapping_shows_the_file_and_its_bounds(void) {
  int file = make_pages();
  zc_mapping *mapping = map_pages(file, MAP_PRIVATE);
  int64_t length = (int64_t)(PAGES * page);
  CHECK(is_content(zc_mapping_at(mapping, 0, length), PAGES * page, TAG, 0));
  CHECK(zc_mapping_at(mapping, length, 0) != NULL);
  CHECK(zc_mapping_at(mapping, length, 1) == NULL);
  CHECK(zc_mapping_at(mapping, -1, 1) == NULL);
  CHECK(zc_mapping_at(mapping, 0, length + 1) == NULL);
  CHECK(zc_mapping_at(mapping, 1, INT64_MAX) == NULL);
  CHECK_EQUAL(zc_mapping_sync(mapping, 1, length, MS_SYNC), -EINVAL);
  CHECK_EQUAL(zc_mapping_sync(mapping, 5000, 1, MS_SYNC), 0);
  CHECK_EQUAL(zc_mapping_advise(mapping, 5000, 1, MADV_RANDOM), 0);
  CHECK_EQUAL(zc_mapping_advise(mapping, 0, length, 12345), -EINVAL);
  CHECK(!zc_mapping_faulted(mapping));
  zc_mapping_free(mapping);
  close(file);
}

static void a_private_mapping_keeps_writes_to_itself(void) {
  int file = make_pages();
  zc_mapping *mapping = map_pages(file, MAP_PRIVATE);
  memset(zc_mapping_at(mapping, 0, 1), 0, page);
  uint8_t stored[4096];
  CHECK_EQUAL(pread(file, stored, sizeof stored, 0), sizeof stored);
  CHECK(is_content(stored, sizeof stored, TAG, 0));
  zc_mapping_free(mapping);
  close(file);
}

static void what_cannot_be_mapped_is_reported(void) {
  zc_mapping *mapping = NULL;
  zc_map_request request = {.fd = -1, .length = 1, .protection = PROT_READ, .flags = MAP_PRIVATE};
  CHECK_EQUAL(zc_map(&request, &mapping), -EBADF);
  request.length = 0;
  CHECK_EQUAL(zc_map(&request, &mapping), -EINVAL);
  request.length = SIZE_MAX;
  CHECK_EQUAL(zc_map(&request, &mapping), -EINVAL);
  request.length = 1;
  request.flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  CHECK_EQUAL(zc_map(&request, &mapping), -EINVAL);
  request = (zc_map_request){.fd = 0, .offset = 1, .length = 1, .flags = MAP_PRIVATE};
  CHECK_EQUAL(zc_map(&request, &mapping), -EINVAL);
  CHECK(mapping == NULL);
}

static void a_lost_page_reads_as_zeros_and_is_remembered(void) {
  int file = make_pages();
  zc_mapping *cut = map_pages(file, MAP_SHARED);
  int other_file = make_pages();
  zc_mapping *healthy = map_pages(other_file, MAP_SHARED);
  volatile uint8_t *bytes = bytes_of(cut);
  int32_t faults = atomic_load(&zc_guard_faults);
  CHECK(ftruncate(file, (off_t)page) == 0);
  CHECK(bytes[0] == bytes_of(healthy)[0]);
  CHECK_EQUAL(atomic_load(&zc_guard_faults), faults);
  CHECK_EQUAL(bytes[3 * page + 5], 0);
  CHECK_EQUAL(atomic_load(&zc_guard_faults), faults + 1);
  CHECK(zc_mapping_faulted(cut));
  CHECK(!zc_mapping_faulted(healthy));
  bytes[3 * page] = 9; /* goes nowhere, and does not fault again */
  CHECK_EQUAL(bytes[3 * page], 9);
  CHECK_EQUAL(atomic_load(&zc_guard_faults), faults + 1);
  bytes[4 * page] = 1; /* a write faults as a read does */
  CHECK_EQUAL(atomic_load(&zc_guard_faults), faults + 2);
  zc_mapping_free(cut);
  zc_mapping_free(healthy);
  close(file);
  close(other_file);
}

static void a_system_call_on_a_lost_page_fails(void) {
  int file = make_pages();
  zc_mapping *mapping = map_pages(file, MAP_SHARED);
  CHECK(ftruncate(file, 0) == 0);
  int sink = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  CHECK(sink >= 0);
  CHECK(write(sink, (const void *)bytes_of(mapping), page) < 0 && errno == EFAULT);
  CHECK(!zc_mapping_faulted(mapping));
  close(sink);
  zc_mapping_free(mapping);
  close(file);
}

static void a_vacated_mapping_has_no_pages_and_keeps_its_addresses(void) {
  int file = make_pages();
  zc_mapping *mapping = map_pages(file, MAP_SHARED);
  uint8_t *start = zc_mapping_at(mapping, 0, 1);
  zc_mapping_vacate(mapping);
  zc_mapping_vacate(mapping);
  int sink = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  CHECK(write(sink, start, page) < 0 && errno == EFAULT);
  CHECK_EQUAL(((volatile uint8_t *)start)[5], 0);
  CHECK_EQUAL(((volatile uint8_t *)start)[PAGES * page - 1], 0);
  CHECK(madvise(start, PAGES * page, MADV_NORMAL) == 0); /* ENOMEM where nothing is mapped */
  close(sink);
  zc_mapping_free(mapping);
  CHECK(madvise(start, page, MADV_NORMAL) < 0 && errno == ENOMEM);
  close(file);
}

static void more_mappings_than_one_block_of_slots_are_guarded(void) {
  enum { COUNT = 300 };
  static zc_mapping *mappings[COUNT];
  int file = make_pages();
  for (int i = 0; i < COUNT; i++) mappings[i] = map_pages(file, MAP_PRIVATE);
  CHECK(ftruncate(file, 0) == 0);
  for (int i = 0; i < COUNT; i += 2) zc_mapping_free(mappings[i]);
  for (int i = 1; i < COUNT; i += 2) {
    CHECK(!zc_mapping_faulted(mappings[i]));
    CHECK_EQUAL(bytes_of(mappings[i])[page], 0);
    CHECK(zc_mapping_faulted(mappings[i]));
    zc_mapping_free(mappings[i]);
  }
  close(file);
}

/* Maps, loses pages, reads, unmaps, while others do the same. */
static void *fault_again_and_again(void *argument) {
  (void)argument;
  int rounds = small_run ? 20 : 300;
  for (int round = 0; round < rounds; round++) {
    int file = make_file(TAG, PAGES * page);
    zc_mapping *mapping = map_pages(file, round % 2 ? MAP_SHARED : MAP_PRIVATE);
    CHECK(ftruncate(file, (off_t)page) == 0);
    for (size_t i = 1; i < PAGES; i++) CHECK_EQUAL(bytes_of(mapping)[i * page], 0);
    CHECK(zc_mapping_faulted(mapping));
    if (round % 3 == 0) zc_mapping_vacate(mapping);
    zc_mapping_free(mapping);
    close(file);
  }
  return NULL;
}

static void threads_fault_at_the_same_time(void) {
  pthread_t threads[4];
  close(make_pages());
  for (int i = 0; i < 4; i++)
    CHECK(pthread_create(&threads[i], NULL, fault_again_and_again, NULL) == 0);
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
}

/* The signal that ends a child which runs `act`; 0 when it exits by itself. */
static int signal_of(void (*act)(void)) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    close(STDERR_FILENO); /* a sanitizer has its own to say */
    act();
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void fault_elsewhere(void) {
  int file = make_file(TAG, page);
  volatile uint8_t *bytes = mmap(NULL, page, PROT_READ, MAP_SHARED, file, 0);
  if (ftruncate(file, 0) == 0) (void)bytes[0];
}

static void send_to_myself(void) { raise(SIGBUS); }

static void exit_42(int signal_number, siginfo_t *info, void *context) {
  (void)signal_number;
  (void)info;
  (void)context;
  _exit(42);
}

static void exit_43(int signal_number) {
  (void)signal_number;
  _exit(43);
}

static void have_a_handler_with_information(void) {
  struct sigaction action = {.sa_sigaction = exit_42, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &action, NULL);
  if (zc_guard_install() == 0) fault_elsewhere();
}

static void have_a_plain_handler(void) {
  signal(SIGBUS, exit_43);
  if (zc_guard_install() == 0) fault_elsewhere();
}

static void ignore_what_is_sent(void) {
  signal(SIGBUS, SIG_IGN);
  if (zc_guard_install() == 0) raise(SIGBUS);
}

/* First of all: nobody has installed the guard yet. */
static void faults_elsewhere_go_to_the_handler_that_was_there(void) {
  page = zc_page_size();
  CHECK_EQUAL(signal_of(have_a_handler_with_information), 42);
  CHECK_EQUAL(signal_of(have_a_plain_handler), 43);
  CHECK_EQUAL(signal_of(ignore_what_is_sent), 0);
}

static void faults_elsewhere_end_the_process_as_before(void) {
  close(make_pages());
  if (under_valgrind) {
    fprintf(stderr, "  skipped: valgrind reports what ends a child as an error\n");
    return;
  }
  CHECK(signal_of(fault_elsewhere) != 0);
  CHECK(signal_of(send_to_myself) != 0);
}

const test mapping_tests[] = {TEST(faults_elsewhere_go_to_the_handler_that_was_there),
                              TEST(a_mapping_shows_the_file_and_its_bounds),
                              TEST(a_private_mapping_keeps_writes_to_itself),
                              TEST(what_cannot_be_mapped_is_reported),
                              TEST(a_lost_page_reads_as_zeros_and_is_remembered),
                              TEST(a_system_call_on_a_lost_page_fails),
                              TEST(a_vacated_mapping_has_no_pages_and_keeps_its_addresses),
                              TEST(more_mappings_than_one_block_of_slots_are_guarded),
                              TEST(threads_fault_at_the_same_time),
                              TEST(faults_elsewhere_end_the_process_as_before),
                              {0}};
