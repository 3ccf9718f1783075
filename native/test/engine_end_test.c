/* engine.h: every way a transfer ends early, and what it says then. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "inbox.h"
#include "tests.h"

#define SIZE ((uint64_t)16 << 20)

/* One transfer of SIZE bytes to a reader that does not read yet. */
typedef struct {
  inbox box;
  int pair[2];
  int file;
  uint64_t id;
} stalled;

static void stall(stalled *s, pair_kind kind, zc_via via) {
  s->file = make_file(21, SIZE);
  inbox_open(&s->box);
  make_pair(kind, s->pair);
  zc_request request = {.socket_fd = s->pair[0], .file_fd = s->file, .count = SIZE, .via = via};
  s->id = inbox_start(&s->box, request);
  wait_until_full(s->pair[1]);
}

static void end(stalled *s) {
  inbox_close(&s->box);
  close_pair(s->pair);
  close(s->file);
}

static void cancel_while_waiting(void) {
  for (int via = ZC_VIA_SENDFILE; via <= ZC_VIA_SPLICE; via++) {
    stalled s;
    stall(&s, PAIR_TCP, (zc_via)via);
    zc_engine_cancel(s.box.client, s.id);
    zc_event event = inbox_done(&s.box, s.id);
    CHECK_EQUAL(event.error, -ECANCELED);
    CHECK(event.moved > 0 && event.moved < SIZE);
    /* Our duplicate is closed: when the caller closes its own, the reader sees the end. */
    shutdown(s.pair[0], SHUT_WR);
    CHECK_EQUAL(drain(s.pair[1]), event.moved);
    end(&s);
  }
}

static void cancel_right_after_the_start(void) {
  int pair[2];
  int file = make_file(22, SIZE);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  for (int i = 0; i < 50; i++) {
    uint64_t id =
        inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = file, .count = SIZE});
    zc_engine_cancel(box.client, id);
    zc_engine_cancel(box.client, id);
    zc_event event = inbox_done(&box, id);
    CHECK(event.error == -ECANCELED && event.moved < SIZE);
  }
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static void cancel_of_finished_unknown_or_foreign_ids_is_ignored(void) {
  stalled s;
  inbox stranger;
  inbox_open(&stranger);
  stall(&s, PAIR_UNIX, ZC_VIA_SENDFILE);
  zc_engine_cancel(s.box.client, 0);
  zc_engine_cancel(s.box.client, UINT64_MAX);
  zc_engine_cancel(s.box.client, s.id + 1);
  zc_engine_cancel(stranger.client, s.id);
  expect_content(s.pair[1], 21, 0, SIZE);
  CHECK_EQUAL(inbox_done(&s.box, s.id).error, 0);
  zc_engine_cancel(s.box.client, s.id);
  inbox_close(&stranger);
  end(&s);
}

static void truncate_while_waiting(uint64_t size, zc_via via) {
  stalled s;
  stall(&s, PAIR_UNIX, via);
  CHECK(ftruncate(s.file, (off_t)size) == 0);
  uint64_t received = 0;
  zc_event event = {0};
  /* The reader takes what is there until the engine gives up. */
  CHECK(fcntl(s.pair[1], F_SETFL, O_NONBLOCK) == 0);
  while (!event.done) {
    received += drain(s.pair[1]);
    zc_event found;
    if (zc_client_collect(s.box.client, &found, 1) == 1) event = found;
  }
  received += drain(s.pair[1]);
  CHECK_EQUAL(event.error, -ZC_ETRUNCATED);
  CHECK(event.moved < SIZE);
  CHECK_EQUAL(received, event.moved);
  end(&s);
}

static void truncated_to_nothing(void) {
  truncate_while_waiting(0, ZC_VIA_SENDFILE);
  truncate_while_waiting(0, ZC_VIA_SPLICE);
}

static void truncated_to_half(void) {
  truncate_while_waiting(SIZE / 2, ZC_VIA_SENDFILE);
  truncate_while_waiting(SIZE / 2, ZC_VIA_SPLICE);
}

static void count_beyond_the_end_is_truncation(void) {
  int pair[2];
  int file = make_file(23, 1000);
  inbox box;
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  inbox_start(&box, (zc_request){.socket_fd = pair[0], .file_fd = file, .count = 1001});
  zc_event event = inbox_done(&box, 0);
  CHECK(event.error == -ZC_ETRUNCATED && event.moved == 1000);
  expect_content(pair[1], 23, 0, 1000);
  inbox_close(&box);
  close_pair(pair);
  close(file);
}

static void peer_reset(void) {
  for (int via = ZC_VIA_SENDFILE; via <= ZC_VIA_SPLICE; via++) {
    stalled s;
    stall(&s, PAIR_TCP, (zc_via)via);
    close(s.pair[1]); /* with unread data: RST, RFC 2525 §2.17 */
    zc_event event = inbox_done(&s.box, s.id);
    CHECK(event.error == -EPIPE || event.error == -ECONNRESET);
    s.pair[1] = -1;
    end(&s);
  }
}

static void unix_peer_gone(void) {
  stalled s;
  stall(&s, PAIR_UNIX, ZC_VIA_SENDFILE);
  close(s.pair[1]);
  zc_event event = inbox_done(&s.box, s.id);
  CHECK(event.error == -EPIPE || event.error == -ECONNRESET);
  s.pair[1] = -1;
  end(&s);
}

static void socket_shut_down_by_its_owner(void) {
  stalled s;
  stall(&s, PAIR_TCP, ZC_VIA_SENDFILE);
  CHECK(shutdown(s.pair[0], SHUT_WR) == 0);
  CHECK_EQUAL(inbox_done(&s.box, s.id).error, -EPIPE);
  end(&s);
}

/* A broken pipe raises SIGPIPE in the thread that sends; with all signals blocked it stays there.
 */
static void broken_pipe_raises_no_signal(void) {
  CHECK(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
  unix_peer_gone();
  signal(SIGPIPE, SIG_IGN);
}

static void client_closes_with_work_in_flight(void) {
  for (int round = 0; round < 20; round++) {
    int pairs[8][2];
    int file = make_file(24, ZC_WINDOW_BYTES * 3);
    inbox box;
    inbox_open(&box);
    for (int i = 0; i < 8; i++) {
      make_pair(i % 2 ? PAIR_TCP : PAIR_UNIX, pairs[i]);
      zc_request request = {.socket_fd = pairs[i][0],
                            .file_fd = file,
                            .count = ZC_WINDOW_BYTES * 3,
                            .via = (zc_via)(i / 4)};
      inbox_start(&box, request);
    }
    if (round % 2) wait_until_full(pairs[7][1]);
    int fds = count_fds(); /* some transfers are over, six sockets are still waited for */
    inbox_close(&box);
    CHECK(count_fds() <= fds);
    for (int i = 0; i < 8; i++) close_pair(pairs[i]);
    close(file);
  }
}

const test engine_end_tests[] = {
    TEST(cancel_while_waiting),
    TEST(cancel_right_after_the_start),
    TEST(cancel_of_finished_unknown_or_foreign_ids_is_ignored),
    TEST(truncated_to_nothing),
    TEST(truncated_to_half),
    TEST(count_beyond_the_end_is_truncation),
    TEST(peer_reset),
    TEST(unix_peer_gone),
    TEST(socket_shut_down_by_its_owner),
    TEST(broken_pipe_raises_no_signal),
    TEST(client_closes_with_work_in_flight),
    {0},
};
