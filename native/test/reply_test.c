/* reply.h: head and body leave together, in order and whole, or what is left is said. */
#include "../src/sys/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h> /* glibc's has an older tcp_info */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/sys/residency.h"
#include "../src/sys/syscalls.h"
#include "check.h"
#include "tests.h"

#define TAG 91
#define HEAD "HTTP/1.1 200 OK\r\n\r\n"
#define HEAD_BYTES (sizeof HEAD - 1)

typedef struct {
  int pair[2];
  int file;
  zc_reply reply;
} replying;

/* A reply that copies bodies below `copied_below`. False, and said, where residency cannot be
 * asked. */
static bool set_up(replying *r, pair_kind kind, uint64_t size, uint64_t copied_below) {
  struct stat stats;
  r->file = make_file(TAG, size);
  make_pair(kind, r->pair);
  CHECK(fstat(r->file, &stats) == 0);
  CHECK_EQUAL(zc_find_storage(r->file), ZC_STORAGE_LOCAL);
  r->reply = (zc_reply){
      .file = {.socket_fd = r->pair[0], .file_fd = r->file, .count = size, .device = stats.st_dev},
      .head = HEAD,
      .head_length = HEAD_BYTES,
      .copied_below = copied_below,
  };
  bool can_ask = zc_is_resident(r->file, 0, 1);
  if (!can_ask) fprintf(stderr, "  skipped: the kernel cannot tell what of a file is in memory\n");
  return can_ask;
}

static void tear_down(replying *r) {
  close_pair(r->pair);
  close(r->file);
}

static void expect_text(int fd, const char *text, size_t length) {
  char found[64] = {0};
  CHECK(length < sizeof found);
  for (size_t done = 0; done < length;) {
    ssize_t count = read(fd, found + done, length - done);
    CHECK(count > 0);
    done += (size_t)count;
  }
  CHECK(memcmp(found, text, length) == 0);
}

static uint32_t segments(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
  return info.tcpi_data_segs_out;
}

static bool begins_nothing(const zc_reply *reply) {
  zc_begun begun = zc_reply_at_once(reply);
  return begun.sent == 0 && begun.error == 0;
}

static void head_and_body_leave_together(void) {
  const uint64_t sizes[] = {1, 700, 4096, 20000, ZC_REPLY_COPIED_BYTES};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (int copied = 0; copied < 2; copied++) {
      for (int kind = PAIR_TCP; kind <= PAIR_UNIX; kind++) {
        replying r;
        uint64_t size = sizes[i];
        if (set_up(&r, (pair_kind)kind, size + 10, copied ? UINT64_MAX : 0)) {
          int fds = count_fds();
          r.reply.file.offset = 10;
          r.reply.file.count = size;
          zc_begun begun = zc_reply_at_once(&r.reply);
          CHECK_EQUAL(begun.sent, HEAD_BYTES + size);
          CHECK_EQUAL(begun.error, 0);
          CHECK_EQUAL(count_fds(), fds);
          expect_text(r.pair[1], HEAD, HEAD_BYTES);
          expect_content(r.pair[1], TAG, 10, size);
        }
        tear_down(&r);
      }
    }
  }
}

static void the_file_position_stays(void) {
  replying r;
  if (set_up(&r, PAIR_TCP, 5000, 0)) {
    CHECK(lseek(r.file, 3, SEEK_SET) == 3);
    CHECK_EQUAL(zc_reply_at_once(&r.reply).sent, HEAD_BYTES + 5000);
    r.reply.copied_below = 6000;
    CHECK_EQUAL(zc_reply_at_once(&r.reply).sent, HEAD_BYTES + 5000);
    CHECK(lseek(r.file, 0, SEEK_CUR) == 3);
  }
  tear_down(&r);
}

static void a_small_reply_is_one_segment_whichever_way(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_TCP, 500, copied ? 1000 : 0)) {
      uint32_t before = segments(r.pair[0]);
      CHECK_EQUAL(zc_reply_at_once(&r.reply).sent, HEAD_BYTES + 500);
      expect_text(r.pair[1], HEAD, HEAD_BYTES);
      expect_content(r.pair[1], TAG, 0, 500);
      CHECK_EQUAL(segments(r.pair[0]), before + 1);
    }
    tear_down(&r);
  }
}

static void without_a_head_the_body_alone_leaves(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_TCP, 5000, copied ? 6000 : 0)) {
      r.reply.head_length = 0;
      CHECK_EQUAL(zc_reply_at_once(&r.reply).sent, 5000);
      expect_content(r.pair[1], TAG, 0, 5000);
    }
    tear_down(&r);
  }
}

static void no_more_than_a_window_leaves_at_once(void) {
  replying r;
  int room = 8 << 20;
  if (set_up(&r, PAIR_UNIX, 3 * ZC_WINDOW_BYTES, 0)) {
    CHECK(setsockopt(r.pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == 0);
    zc_begun begun = zc_reply_at_once(&r.reply);
    CHECK(begun.error == 0 && begun.sent > HEAD_BYTES);
    CHECK(begun.sent <= HEAD_BYTES + ZC_WINDOW_BYTES);
    expect_text(r.pair[1], HEAD, HEAD_BYTES);
    expect_content(r.pair[1], TAG, 0, begun.sent - HEAD_BYTES);
  }
  tear_down(&r);
}

static void a_head_without_a_body_leaves_alone(void) {
  replying r;
  if (set_up(&r, PAIR_TCP, 8000, 0)) {
    zc_reply head = r.reply;
    head.file.count = 0;
    head.file.device = 0; /* no file is asked for anything */
    CHECK_EQUAL(zc_reply_at_once(&head).sent, HEAD_BYTES);
  }
  tear_down(&r);
}

static void what_could_wait_is_not_begun(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_TCP, 8000, copied ? 9000 : 0)) {
      zc_reply nothing = r.reply;
      nothing.file.count = 0;
      nothing.head_length = 0;
      zc_reply nowhere = r.reply;
      nowhere.file.device = 0;
      zc_reply elsewhere = r.reply;
      elsewhere.file.device = UINT64_MAX;
      CHECK(begins_nothing(&nothing));
      CHECK(begins_nothing(&nowhere));
      CHECK(begins_nothing(&elsewhere));
      CHECK_EQUAL(zc_reply_at_once(&r.reply).sent, HEAD_BYTES + 8000);
    }
    tear_down(&r);
  }
}

/* The engine says so: here at most what there is has left. */
static void a_file_that_is_too_short_is_not_sent_as_a_whole(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_TCP, 8000, copied ? 9000 : 0)) {
      r.reply.file.offset = 1;
      zc_begun begun = zc_reply_at_once(&r.reply);
      CHECK(begun.sent == (copied ? 0 : HEAD_BYTES + 7999) || begun.sent == 0);
      CHECK_EQUAL(begun.error, 0);
    }
    tear_down(&r);
  }
}

static void a_hole_is_not_begun(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_TCP, 100, copied ? UINT64_MAX : 0)) {
      CHECK(ftruncate(r.file, 50000) == 0);
      r.reply.file.count = 50000; /* its pages are not there, and making them could wait */
      CHECK(begins_nothing(&r.reply));
    }
    tear_down(&r);
  }
}

static void a_socket_that_could_block_gets_nothing_by_sendfile(void) {
  replying r;
  if (set_up(&r, PAIR_TCP, 100, 0)) {
    r.reply.file.socket_fd = r.pair[1];
    CHECK(begins_nothing(&r.reply));
  }
  tear_down(&r);
}

/* Everything that was said to have left arrives, and it is the beginning of head and body. */
static void a_full_socket_takes_a_part_and_says_which(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (!set_up(&r, PAIR_TCP, 60000, copied ? UINT64_MAX : 0)) {
      tear_down(&r);
      continue;
    }
    size_t length = small_run ? 300000 : 3000000;
    char *head = malloc(length);
    CHECK(head != NULL);
    memset(head, 'h', length);
    r.reply.head = head;
    r.reply.head_length = length;
    uint64_t sent = 0;
    zc_begun begun;
    do {
      begun = zc_reply_at_once(&r.reply);
      sent += begun.sent;
    } while (begun.sent == length + 60000);
    CHECK_EQUAL(begun.error, 0);
    CHECK(begins_nothing(&r.reply) || !small_run); /* it may have got room meanwhile */
    shutdown(r.pair[0], SHUT_WR);
    uint64_t arrived = 0;
    char *bytes = malloc(65536);
    CHECK(bytes != NULL);
    for (ssize_t count; (count = read(r.pair[1], bytes, 65536)) > 0;) {
      for (ssize_t i = 0; i < count; i++) {
        uint64_t place = (arrived + (uint64_t)i) % (length + 60000);
        uint8_t byte = (uint8_t)bytes[i];
        CHECK(place < length ? byte == 'h' : is_content(&byte, 1, TAG, place - length));
      }
      arrived += (uint64_t)count;
    }
    CHECK(arrived >= sent);
    free(bytes);
    free(head);
    tear_down(&r);
  }
}

static void errors_of_the_socket_are_told(void) {
  for (int copied = 0; copied < 2; copied++) {
    replying r;
    if (set_up(&r, PAIR_UNIX, 1000, copied ? 2000 : 0)) {
      int fds = count_fds();
      shutdown(r.pair[1], SHUT_RD);
      zc_begun begun = zc_reply_at_once(&r.reply);
      CHECK_EQUAL(begun.sent, 0);
      CHECK_EQUAL(begun.error, -EPIPE);
      r.reply.file.socket_fd = -1;
      begun = zc_reply_at_once(&r.reply);
      CHECK_EQUAL(begun.sent, 0);
      CHECK(begun.error == 0 || begun.error == -EBADF);
      CHECK_EQUAL(count_fds(), fds);
    }
    tear_down(&r);
  }
}

static void errors_of_the_file_are_left_to_who_does_the_rest(void) {
  replying r;
  if (set_up(&r, PAIR_TCP, 1000, 0)) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", r.file);
    int write_only = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(write_only >= 0);
    r.reply.file.file_fd = write_only;
    CHECK(begins_nothing(&r.reply));
    r.reply.copied_below = 2000;
    CHECK(begins_nothing(&r.reply));
    close(write_only);
  }
  tear_down(&r);
}

const test reply_tests[] = {
    TEST(head_and_body_leave_together),
    TEST(the_file_position_stays),
    TEST(a_small_reply_is_one_segment_whichever_way),
    TEST(without_a_head_the_body_alone_leaves),
    TEST(no_more_than_a_window_leaves_at_once),
    TEST(a_head_without_a_body_leaves_alone),
    TEST(what_could_wait_is_not_begun),
    TEST(a_file_that_is_too_short_is_not_sent_as_a_whole),
    TEST(a_hole_is_not_begun),
    TEST(a_socket_that_could_block_gets_nothing_by_sendfile),
    TEST(a_full_socket_takes_a_part_and_says_which),
    TEST(errors_of_the_socket_are_told),
    TEST(errors_of_the_file_are_left_to_who_does_the_rest),
    {NULL, NULL},
};
