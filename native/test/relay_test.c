/* relay.h: what leaves a socket for another, or for a file, and what is refused. */
#include "../src/sys/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../src/sys/syscalls.h"
#include "inbox.h"
#include "tests.h"

/* sender[1] ──▶ sender[0] == relay ==▶ reader[0] ──▶ reader[1] */
typedef struct {
  inbox box;
  int sender[2];
  int reader[2];
} proxy;

static void open_proxy(proxy *p, pair_kind kind) {
  inbox_open(&p->box);
  make_pair(kind, p->sender);
  make_pair(kind, p->reader);
}

static void close_proxy(proxy *p) {
  inbox_close(&p->box);
  close_pair(p->sender);
  close_pair(p->reader);
}

static uint64_t start_relay(proxy *p) {
  zc_task *task;
  CHECK_EQUAL(zc_relay_new(p->sender[0], p->reader[0], &task), 0);
  return inbox_run(&p->box, task);
}

static uint64_t start_save(proxy *p, int file, int64_t offset, uint64_t count) {
  zc_task *task;
  CHECK_EQUAL(zc_save_new(p->sender[0], file, offset, count, &task), 0);
  return inbox_run(&p->box, task);
}

/* The engine itself sends a file from sender[1], which no longer blocks. */
static uint64_t send_content(proxy *p, int file, uint64_t size) {
  CHECK(fcntl(p->sender[1], F_SETFL, O_NONBLOCK) == 0);
  return inbox_start(&p->box,
                     (zc_request){.socket_fd = p->sender[1], .file_fd = file, .count = size});
}

/* The events of two transfers come in any order. */
static zc_event end_of(proxy *p, uint64_t id, uint64_t other) {
  zc_event event = inbox_done(&p->box, 0);
  if (event.id == id) return event;
  CHECK_EQUAL(event.id, other);
  return inbox_done(&p->box, id);
}

static void relay_whole_content(pair_kind kind) {
  uint64_t size = small_run ? 3000001 : 40000001;
  int file = make_file(61, size);
  proxy p;
  open_proxy(&p, kind);
  uint64_t relay = start_relay(&p);
  uint64_t sending = send_content(&p, file, size);
  expect_content(p.reader[1], 61, 0, size / 2);
  wait_until_full(p.reader[1]); /* a slow reader */
  expect_content(p.reader[1], 61, size / 2, size - size / 2);
  zc_event sent = inbox_done(&p.box, sending);
  CHECK_EQUAL(sent.error, 0);
  CHECK(shutdown(p.sender[1], SHUT_WR) == 0);
  zc_event end = inbox_done(&p.box, relay);
  CHECK_EQUAL(end.error, 0);
  CHECK_EQUAL(end.moved, size);
  /* The end is the caller's to pass on; the other way has not been touched. */
  CHECK_EQUAL(write(p.reader[0], "x", 1), 1);
  CHECK_EQUAL(write(p.reader[1], "y", 1), 1);
  close_proxy(&p);
  close(file);
}

static void relay_over_tcp(void) { relay_whole_content(PAIR_TCP); }
static void relay_over_unix(void) { relay_whole_content(PAIR_UNIX); }

static void relay_byte_by_byte(void) {
  proxy p;
  open_proxy(&p, PAIR_TCP);
  uint64_t relay = start_relay(&p);
  for (int i = 0; i < 300; i++) {
    char byte = (char)i;
    char found = 0;
    CHECK_EQUAL(write(p.sender[1], &byte, 1), 1);
    CHECK_EQUAL(read(p.reader[1], &found, 1), 1);
    CHECK_EQUAL(found, byte);
  }
  CHECK(shutdown(p.sender[1], SHUT_WR) == 0);
  zc_event end = inbox_done(&p.box, relay);
  CHECK(end.error == 0 && end.moved == 300);
  close_proxy(&p);
}

/* More at once than may have a large pipe; the others make do with theirs. */
static void many_relays_of_bulk(void) {
  enum { MANY = 40 };
  uint64_t size = small_run ? 300000 : 2000000;
  int file = make_file(62, size);
  inbox box;
  proxy p[MANY];
  inbox_open(&box);
  for (int i = 0; i < MANY; i++) {
    make_pair(PAIR_TCP, p[i].sender);
    make_pair(PAIR_TCP, p[i].reader);
    CHECK(fcntl(p[i].sender[1], F_SETFL, O_NONBLOCK) == 0);
    zc_task *task;
    CHECK_EQUAL(zc_relay_new(p[i].sender[0], p[i].reader[0], &task), 0);
    inbox_run(&box, task);
    inbox_start(&box, (zc_request){.socket_fd = p[i].sender[1], .file_fd = file, .count = size});
  }
  for (int i = 0; i < MANY; i++) {
    expect_content(p[i].reader[1], 62, 0, size);
    CHECK(shutdown(p[i].sender[1], SHUT_WR) == 0);
  }
  for (int i = 0; i < 2 * MANY; i++) CHECK_EQUAL(inbox_done(&box, 0).error, 0);
  inbox_close(&box);
  for (int i = 0; i < MANY; i++) {
    close_pair(p[i].sender);
    close_pair(p[i].reader);
  }
  close(file);
}

static void save_to_a_file(void) {
  uint64_t sizes[] = {0, 1, 4096, ZC_WINDOW_BYTES - 1, ZC_WINDOW_BYTES, 5000001};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    int source = make_file(63, sizes[i]);
    int target = make_file(0, 0);
    proxy p;
    open_proxy(&p, i % 2 ? PAIR_TCP : PAIR_UNIX);
    uint64_t saving = start_save(&p, target, 1000, UINT64_MAX);
    uint64_t sending = send_content(&p, source, sizes[i]);
    CHECK_EQUAL(inbox_done(&p.box, sending).error, 0);
    CHECK(shutdown(p.sender[1], SHUT_WR) == 0);
    zc_event end = inbox_done(&p.box, saving);
    CHECK_EQUAL(end.error, 0);
    CHECK_EQUAL(end.moved, sizes[i]);
    CHECK_EQUAL(lseek(target, 0, SEEK_CUR), 0);
    CHECK_EQUAL(lseek(target, 0, SEEK_END), sizes[i] ? 1000 + sizes[i] : 0);
    CHECK_EQUAL(lseek(target, 1000, SEEK_SET), 1000);
    expect_content(target, 63, 0, sizes[i]);
    close_proxy(&p);
    close(source);
    close(target);
  }
}

static void save_a_count_and_no_more(void) {
  uint64_t size = 3000000;
  int source = make_file(64, size);
  int target = make_file(0, 0);
  proxy p;
  open_proxy(&p, PAIR_TCP);
  uint64_t none = start_save(&p, target, 0, 0);
  CHECK(inbox_done(&p.box, none).error == 0);
  uint64_t saving = start_save(&p, target, 0, 1234567);
  uint64_t sending = send_content(&p, source, size);
  zc_event end = end_of(&p, saving, sending);
  CHECK(end.error == 0 && end.moved == 1234567);
  CHECK(fcntl(p.sender[0], F_SETFL, 0) == 0);
  expect_content(p.sender[0], 64, 1234567, size - 1234567); /* the rest is still there */
  CHECK_EQUAL(lseek(target, 0, SEEK_SET), 0);
  expect_content(target, 64, 0, 1234567);
  close_proxy(&p);
  close(source);
  close(target);
}

static int relay_error(int source_fd, int target_fd) {
  zc_task *task;
  return zc_relay_new(source_fd, target_fd, &task);
}

static int save_error(int socket_fd, int file_fd) {
  zc_task *task;
  return zc_save_new(socket_fd, file_fd, 0, 1, &task);
}

static void refuses_what_splice_could_not_do(void) {
  char path[64];
  int ends[2];
  int file = make_file(65, 10);
  proxy p;
  open_proxy(&p, PAIR_TCP);
  CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int appending = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  int reading = open(path, O_RDONLY | O_CLOEXEC);
  CHECK(appending >= 0 && reading >= 0);
  CHECK_EQUAL(write(p.sender[1], "kept", 4), 4);
  int fds = count_fds();
  CHECK_EQUAL(relay_error(p.sender[1], p.reader[0]), -EINVAL); /* could block */
  CHECK_EQUAL(relay_error(p.sender[0], p.reader[1]), -EINVAL);
  CHECK_EQUAL(relay_error(ends[0], p.reader[0]), -ENOTSOCK);
  CHECK_EQUAL(relay_error(p.sender[0], file), -ENOTSOCK);
  CHECK_EQUAL(relay_error(-1, p.reader[0]), -EBADF);
  CHECK_EQUAL(save_error(p.sender[0], reading), -EBADF);
  CHECK_EQUAL(save_error(p.sender[0], -1), -EBADF);
  CHECK_EQUAL(save_error(p.sender[0], appending), -EINVAL);
  CHECK_EQUAL(save_error(ends[0], file), -ENOTSOCK);
  CHECK_EQUAL(count_fds(), fds);
  char found[4];
  CHECK_EQUAL(read(p.sender[0], found, 4), 4); /* nothing was taken */
  close(appending);
  close(reading);
  close(ends[0]);
  close(ends[1]);
  close(file);
  close_proxy(&p);
}

static void no_descriptor_left_refuses_the_start(void) {
  if (under_valgrind) return;
  proxy p;
  open_proxy(&p, PAIR_UNIX);
  for (int spare = 0; spare < 4; spare++) {
    int fds = count_fds();
    limit_fds(spare);
    int error = relay_error(p.sender[0], p.reader[0]);
    unlimit_fds();
    CHECK_EQUAL(error, -EMFILE);
    CHECK_EQUAL(count_fds(), fds);
  }
  close_proxy(&p);
}

static void cancel_ends_a_relay_that_waits(void) {
  for (int full = 0; full < 2; full++) {
    int file = make_file(66, 64 << 20);
    proxy p;
    open_proxy(&p, PAIR_TCP);
    int fds = count_fds();
    uint64_t relay = start_relay(&p);
    uint64_t sending = 0;
    if (full) {
      sending = send_content(&p, file, 64 << 20);
      wait_until_full(p.reader[1]);
    }
    zc_engine_cancel(p.box.client, relay);
    CHECK_EQUAL(inbox_done(&p.box, relay).error, -ECANCELED);
    if (full) {
      zc_engine_cancel(p.box.client, sending);
      CHECK_EQUAL(inbox_done(&p.box, sending).error, -ECANCELED);
    }
    CHECK_EQUAL(count_fds(), fds);
    close_proxy(&p);
    close(file);
  }
}

static void reset(int fd) {
  struct linger at_once = {.l_onoff = 1};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  close(fd);
}

static void a_reset_of_either_end_is_the_error(void) {
  for (int end = 0; end < 2; end++) {
    proxy p;
    open_proxy(&p, PAIR_TCP);
    uint64_t relay = start_relay(&p);
    char byte = 0;
    CHECK(write(p.sender[1], &byte, 1) == 1 && read(p.reader[1], &byte, 1) == 1);
    int *broken = end ? &p.reader[1] : &p.sender[1];
    reset(*broken);
    *broken = -1;
    /* A target that is gone is found out by sending to it. */
    if (end) CHECK_EQUAL(write(p.sender[1], "more", 4), 4);
    zc_event last = inbox_done(&p.box, relay);
    CHECK(last.error == -ECONNRESET || (end && last.error == -EPIPE));
    CHECK_EQUAL(last.moved, 1);
    close_proxy(&p);
  }
}

static void a_full_file_is_the_error(void) {
  struct rlimit before;
  uint64_t size = 1 << 20;
  int source = make_file(67, size);
  int target = make_file(0, 0);
  proxy p;
  open_proxy(&p, PAIR_TCP);
  signal(SIGXFSZ, SIG_IGN); /* as Node does */
  CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
  struct rlimit tight = {.rlim_cur = 100000, .rlim_max = before.rlim_max};
  CHECK(setrlimit(RLIMIT_FSIZE, &tight) == 0);
  uint64_t saving = start_save(&p, target, 0, UINT64_MAX);
  uint64_t sending = send_content(&p, source, size);
  zc_event end = end_of(&p, saving, sending);
  CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_EQUAL(end.error, -EFBIG);
  CHECK(end.moved <= 100000 && end.moved <= (uint64_t)lseek(target, 0, SEEK_END));
  close_proxy(&p);
  close(source);
  close(target);
}

static void a_client_that_closes_takes_its_relays_along(void) {
  int file = make_file(0, 0);
  proxy p;
  open_proxy(&p, PAIR_TCP);
  int fds = count_fds();
  start_relay(&p);
  start_save(&p, file, 0, UINT64_MAX);
  CHECK_EQUAL(write(p.sender[1], "some", 4), 4);
  inbox_close(&p.box);
  CHECK_EQUAL(count_fds(), fds);
  close_pair(p.sender);
  close_pair(p.reader);
  close(file);
}

const test relay_tests[] = {
    TEST(relay_over_tcp),
    TEST(relay_over_unix),
    TEST(relay_byte_by_byte),
    TEST(many_relays_of_bulk),
    TEST(save_to_a_file),
    TEST(save_a_count_and_no_more),
    TEST(refuses_what_splice_could_not_do),
    TEST(no_descriptor_left_refuses_the_start),
    TEST(cancel_ends_a_relay_that_waits),
    TEST(a_reset_of_either_end_is_the_error),
    TEST(a_full_file_is_the_error),
    TEST(a_client_that_closes_takes_its_relays_along),
    {0},
};
