/* move.h: what is sent on the caller's thread, and what is left to the engine. */
#include "../src/sys/move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/sys/residency.h"
#include "../src/sys/syscalls.h"
#include "inbox.h"
#include "tests.h"

typedef struct {
  int pair[2];
  int file;
  zc_request request;
} sending;

/* A file in memory whose device is known. False, and said, where residency cannot be asked. */
static bool set_up(sending *s, pair_kind kind, uint64_t size) {
  struct stat stats;
  s->file = make_file(71, size);
  make_pair(kind, s->pair);
  CHECK(fstat(s->file, &stats) == 0);
  CHECK_EQUAL(zc_find_storage(s->file), ZC_STORAGE_LOCAL);
  s->request = (zc_request){
      .socket_fd = s->pair[0], .file_fd = s->file, .count = size, .device = stats.st_dev};
  bool can_ask = zc_is_resident(s->file, 0, 1);
  if (!can_ask) fprintf(stderr, "  skipped: the kernel cannot tell what of a file is in memory\n");
  return can_ask;
}

static void tear_down(sending *s) {
  close_pair(s->pair);
  close(s->file);
}

/* Leaves room for about one page in what pair[0] can take. */
static void fill_socket(sending *s) {
  int64_t offset = 0;
  while (zc_sendfile(s->pair[0], s->file, &offset, 4096) >= 0) offset = 0;
}

static bool begins_nothing(zc_request request) {
  zc_begun begun = zc_move_at_once(&request);
  return begun.sent == 0 && begun.error == 0;
}

static void small_and_resident_is_sent_at_once(void) {
  pair_kind kinds[] = {PAIR_TCP, PAIR_UNIX};
  for (int i = 0; i < 2; i++) {
    sending s;
    if (set_up(&s, kinds[i], 100000)) {
      int fds = count_fds();
      s.request.offset = 1000;
      s.request.count = 90000;
      zc_begun begun = zc_move_at_once(&s.request);
      CHECK(begun.sent == 90000 && begun.error == 0);
      CHECK_EQUAL(count_fds(), fds);
      expect_content(s.pair[1], 71, 1000, 90000);
    }
    tear_down(&s);
  }
}

static void what_could_wait_is_left_to_the_engine(void) {
  sending s;
  if (set_up(&s, PAIR_TCP, 2 * ZC_AT_ONCE_BYTES)) {
    zc_request small = s.request;
    small.count = ZC_AT_ONCE_BYTES;
    zc_request large = s.request;
    large.count++;
    zc_request spliced = small;
    spliced.via = ZC_VIA_SPLICE;
    zc_request nowhere = small;
    nowhere.device = 0;
    zc_request blocking = small;
    blocking.socket_fd = s.pair[1];
    zc_request empty = small;
    empty.count = 0;
    zc_request beyond = small;
    beyond.offset = (int64_t)(2 * ZC_AT_ONCE_BYTES);
    CHECK(begins_nothing(large));
    CHECK(begins_nothing(spliced));
    CHECK(begins_nothing(nowhere));
    CHECK(begins_nothing(blocking));
    CHECK(begins_nothing(empty));
    CHECK(begins_nothing(beyond));
    CHECK(ftruncate(s.file, 0) == 0 && ftruncate(s.file, (off_t)small.count) == 0);
    CHECK(begins_nothing(small)); /* a hole */
  }
  tear_down(&s);
}

static void a_full_socket_is_left_to_the_engine(void) {
  sending s;
  if (set_up(&s, PAIR_UNIX, 50000)) {
    fill_socket(&s);
    CHECK(begins_nothing(s.request));
  }
  tear_down(&s);
}

/* The reader makes room for a part of it; the task does the rest and counts both. */
static void what_did_not_fit_is_sent_by_the_engine(void) {
  sending s;
  if (set_up(&s, PAIR_UNIX, 100000)) {
    inbox box;
    uint64_t id = 0;
    zc_task *task;
    inbox_open(&box);
    fill_socket(&s);
    uint8_t bytes[4096];
    CHECK_EQUAL(read(s.pair[1], bytes, sizeof bytes), sizeof bytes);
    zc_begun begun = zc_move_at_once(&s.request);
    CHECK(begun.sent < s.request.count && begun.error == 0);
    CHECK_EQUAL(zc_move_new(&s.request, begun, &task), 0);
    CHECK_EQUAL(zc_engine_start(box.client, task, &id), 0);
    CHECK(fcntl(s.pair[1], F_SETFL, O_NONBLOCK) == 0);
    zc_event end = {0};
    while (!end.done) {
      drain(s.pair[1]);
      zc_event found;
      if (zc_client_collect(box.client, &found, 1) == 1) end = found;
    }
    CHECK(end.error == 0 && end.moved == 100000);
    inbox_close(&box);
  }
  tear_down(&s);
}

/* TCP says ECONNRESET once and EPIPE from then on, so the first answer must not be lost. */
static void an_error_is_what_the_transfer_ends_with(void) {
  sending s;
  if (set_up(&s, PAIR_UNIX, 1000)) {
    inbox box;
    uint64_t id = 0;
    zc_task *task;
    inbox_open(&box);
    close(s.pair[1]);
    zc_begun begun = zc_move_at_once(&s.request);
    CHECK(begun.sent == 0 && begun.error == -EPIPE);
    begun.error = -ECONNRESET;
    CHECK_EQUAL(zc_move_new(&s.request, begun, &task), 0);
    CHECK_EQUAL(zc_engine_start(box.client, task, &id), 0);
    zc_event end = inbox_done(&box, id);
    CHECK(end.error == -ECONNRESET && end.moved == 0);
    inbox_close(&box);
    s.pair[1] = -1;
  }
  tear_down(&s);
}

const test move_tests[] = {
    TEST(small_and_resident_is_sent_at_once),      TEST(what_could_wait_is_left_to_the_engine),
    TEST(a_full_socket_is_left_to_the_engine),     TEST(what_did_not_fit_is_sent_by_the_engine),
    TEST(an_error_is_what_the_transfer_ends_with), {0},
};
