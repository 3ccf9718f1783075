/* engine.h: what a transfer delivers, what it says meanwhile, and what it refuses. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "inbox.h"
#include "tests.h"

static void deliver_whole_file(pair_kind kind, zc_via via) {
  uint64_t size = small_run ? 3000001 : 12000001;
  int pair[2];
  int file = make_file(11, size);
  inbox box;
  inbox_open(&box);
  make_pair(kind, pair);
  zc_request request = {.socket_fd = pair[0], .file_fd = file, .count = size, .via = via};
  uint64_t id = inbox_start(&box, request);
  wait_until_full(pair[1]); /* a slow reader */
  expect_content(pair[1], 11, 0, size);
  zc_event end = inbox_done(&box, id);
  CHECK_EQUAL(end.error, 0);
  CHECK_EQUAL(end.moved, size);
  CHECK_EQUAL(lseek(file, 0, SEEK_CUR), size); /* where make_file left it */
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static void sendfile_over_tcp(void) { deliver_whole_file(PAIR_TCP, ZC_VIA_SENDFILE); }
static void sendfile_over_unix(void) { deliver_whole_file(PAIR_UNIX, ZC_VIA_SENDFILE); }
static void splice_over_tcp(void) { deliver_whole_file(PAIR_TCP, ZC_VIA_SPLICE); }
static void splice_over_unix(void) { deliver_whole_file(PAIR_UNIX, ZC_VIA_SPLICE); }

static void ranges_around_the_window(void) {
  uint64_t size = 2 * ZC_WINDOW_BYTES + 10;
  uint64_t counts[] = {0, 1, 4096, ZC_WINDOW_BYTES - 1, ZC_WINDOW_BYTES, ZC_WINDOW_BYTES + 1};
  int pair[2];
  int file = make_file(12, size);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    for (int via = ZC_VIA_SENDFILE; via <= ZC_VIA_SPLICE; via++) {
      zc_request request = {.socket_fd = pair[0],
                            .file_fd = file,
                            .offset = 777,
                            .count = counts[i],
                            .via = (zc_via)via};
      uint64_t id = inbox_start(&box, request);
      expect_content(pair[1], 12, 777, counts[i]);
      zc_event end = inbox_done(&box, id);
      CHECK(end.error == 0 && end.moved == counts[i]);
    }
  }
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static void progress_grows_and_stays_below_the_count(void) {
  uint64_t size = 32 * ZC_WINDOW_BYTES;
  uint64_t read_so_far = 0;
  uint64_t sent = 0;
  int reports = 0;
  int pair[2];
  int file = make_file(13, size);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = file, .count = size});
  wait_until_full(pair[1]);
  while (reports < 3) {
    CHECK(read_so_far < size);
    sleep_ms(ZC_PROGRESS_INTERVAL_MS + 20);
    expect_content(pair[1], 13, read_so_far, ZC_WINDOW_BYTES);
    read_so_far += ZC_WINDOW_BYTES;
    zc_event events[2];
    size_t count = zc_client_collect(box.client, events, 2);
    CHECK(count <= 1); /* at most one per transfer */
    if (count == 0) continue;
    CHECK(!events[0].done && events[0].moved > sent && events[0].moved < size);
    sent = events[0].moved;
    reports++;
  }
  expect_content(pair[1], 13, read_so_far, size - read_so_far);
  zc_event end = inbox_done(&box, 0);
  CHECK(end.error == 0 && end.moved == size);
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static int start_error(inbox *box, zc_request request) {
  uint64_t id = 0;
  int error = inbox_try(box, request, &id);
  CHECK_EQUAL(id, 0);
  return error;
}

static void refuses_what_could_block_and_what_is_no_stream(void) {
  int pair[2];
  int ends[2];
  int file = make_file(14, 100);
  int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  int fds = count_fds();
  CHECK_EQUAL(start_error(&box, (zc_request){.socket_fd = pair[1], .file_fd = file}), -EINVAL);
  CHECK_EQUAL(start_error(&box, (zc_request){.socket_fd = datagram, .file_fd = file}), -EINVAL);
  CHECK_EQUAL(start_error(&box, (zc_request){.socket_fd = ends[1], .file_fd = file}), -ENOTSOCK);
  CHECK_EQUAL(start_error(&box, (zc_request){.socket_fd = -1, .file_fd = file}), -EBADF);
  CHECK_EQUAL(start_error(&box, (zc_request){.socket_fd = pair[0], .file_fd = -1}), -EBADF);
  CHECK_EQUAL(count_fds(), fds);
  inbox_close(&box);
  close(ends[0]);
  close(ends[1]);
  close(datagram);
  close_pair(pair);
  close(file);
}

static void no_descriptor_left_refuses_the_start(void) {
  if (under_valgrind) return;
  int pair[2];
  int file = make_file(15, 100);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  for (int spare = 0; spare < 4; spare++) { /* splice wants four */
    int fds = count_fds();
    limit_fds(spare);
    zc_request request = {.socket_fd = pair[0], .file_fd = file, .count = 1, .via = ZC_VIA_SPLICE};
    int error = start_error(&box, request);
    unlimit_fds();
    CHECK_EQUAL(error, -EMFILE);
    CHECK_EQUAL(count_fds(), fds);
  }
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static void source_the_kernel_cannot_send_is_einval(void) {
  int pair[2];
  int ends[2];
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  int procfs = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = procfs, .count = 10});
  zc_event end = inbox_done(&box, 0);
  CHECK(end.error == -EINVAL && end.moved == 0);
  inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = ends[0], .count = 10});
  end = inbox_done(&box, 0);
  CHECK(end.error == -ESPIPE && end.moved == 0);
  close(procfs);
  close(ends[0]);
  close(ends[1]);
  inbox_close(&box);
  close_pair(pair);
}

/* A number that means another connection, and another file, right after the start. */
static void closed_and_reused_numbers_change_nothing(void) {
  uint64_t size = 5000000;
  int pair[2];
  int other[2];
  int file = make_file(16, size);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  make_pair(PAIR_TCP, other);
  int other_file = make_file(17, size);
  uint64_t id =
      inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = file, .count = size});
  CHECK_EQUAL(dup3(other[0], pair[0], O_CLOEXEC), pair[0]);
  CHECK_EQUAL(dup3(other_file, file, O_CLOEXEC), file);
  expect_content(pair[1], 16, 0, size);
  CHECK_EQUAL(inbox_done(&box, id).error, 0);
  CHECK_EQUAL(drain(pair[1]), 0); /* the duplicate is gone: the end, not a wait */
  inbox_close(&box);
  close_pair(pair);
  close_pair(other);
  close(file);
  close(other_file);
}

const test engine_tests[] = {
    TEST(sendfile_over_tcp),
    TEST(sendfile_over_unix),
    TEST(splice_over_tcp),
    TEST(splice_over_unix),
    TEST(ranges_around_the_window),
    TEST(progress_grows_and_stays_below_the_count),
    TEST(refuses_what_could_block_and_what_is_no_stream),
    TEST(no_descriptor_left_refuses_the_start),
    TEST(source_the_kernel_cannot_send_is_einval),
    TEST(closed_and_reused_numbers_change_nothing),
    {0},
};
