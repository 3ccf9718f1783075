/* sockets.h: pieces arrive in order and whole, nothing waits, and errors are -errno. */
#include "../src/sys/sockets.h"

#include <errno.h>
#include <linux/tcp.h> /* glibc's has an older tcp_info */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "tests.h"

#define SIZE 100000

/* The bytes of file `tag`, in memory. */
static uint8_t *make_bytes(uint32_t tag, size_t size) {
  uint8_t *bytes = malloc(size);
  int file = make_file(tag, size);
  CHECK(bytes != NULL);
  CHECK_EQUAL(pread(file, bytes, size, 0), size);
  close(file);
  return bytes;
}

static size_t cut(uint8_t *bytes, size_t size, size_t count, struct iovec *pieces) {
  for (size_t i = 0; i < count; i++) {
    size_t start = size * i / count;
    pieces[i] = (struct iovec){bytes + start, size * (i + 1) / count - start};
  }
  return count;
}

static void pieces_arrive_in_order(void) {
  static struct iovec pieces[ZC_MAX_PIECES];
  uint8_t *bytes = make_bytes(1, SIZE);
  for (int kind = PAIR_TCP; kind <= PAIR_UNIX; kind++) {
    int pair[2];
    make_pair((pair_kind)kind, pair);
    CHECK_EQUAL(zc_send_pieces(pair[0], pieces, cut(bytes, SIZE, ZC_MAX_PIECES, pieces), false),
                SIZE);
    expect_content(pair[1], 1, 0, SIZE);
    close_pair(pair);
  }
  free(bytes);
}

static void drop(struct iovec *pieces, size_t count, size_t bytes) {
  for (size_t i = 0; i < count && bytes > 0; i++) {
    size_t part = bytes < pieces[i].iov_len ? bytes : pieces[i].iov_len;
    pieces[i].iov_base = (uint8_t *)pieces[i].iov_base + part;
    pieces[i].iov_len -= part;
    bytes -= part;
  }
}

static void a_socket_without_room_says_so_and_goes_on_later(void) {
  struct iovec pieces[100];
  size_t size = small_run ? 500000 : 20000000;
  uint8_t *bytes = make_bytes(2, size);
  int pair[2];
  int least = 1; /* the kernel makes it its least: about 4 KiB */
  int refusals = 0;
  make_pair(PAIR_TCP, pair);
  CHECK(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least) == 0);
  cut(bytes, size, 100, pieces);
  uint64_t sent = 0;
  uint64_t read = 0;
  while (read < size) {
    int64_t result;
    while ((result = zc_send_pieces(pair[0], pieces, 100, true)) > 0) {
      drop(pieces, 100, (size_t)result);
      sent += (uint64_t)result;
    }
    if (result < 0) {
      CHECK_EQUAL(result, -EAGAIN);
      refusals++;
    }
    /* Corked bytes at the very end leave when the cork is drawn. */
    if (sent == size) CHECK_EQUAL(zc_set_cork(pair[0], false), 0);
    uint64_t take = sent - read;
    expect_content(pair[1], 2, read, take);
    read += take;
  }
  CHECK(refusals > (small_run ? 0 : 10));
  close_pair(pair);
  free(bytes);
}

static void errors_are_reported(void) {
  int pair[2];
  int ends[2];
  uint8_t byte = 1;
  struct iovec piece = {&byte, 1};
  static struct iovec many[ZC_MAX_PIECES + 1];
  make_pair(PAIR_UNIX, pair);
  CHECK(pipe(ends) == 0);
  CHECK_EQUAL(zc_send_pieces(-1, &piece, 1, false), -EBADF);
  CHECK_EQUAL(zc_send_pieces(ends[1], &piece, 1, false), -ENOTSOCK);
  CHECK_EQUAL(zc_send_pieces(pair[0], many, ZC_MAX_PIECES + 1, false), -EMSGSIZE);
  CHECK_EQUAL(zc_send_pieces(pair[0], &piece, 0, false), 0);
  CHECK_EQUAL(zc_set_cork(ends[1], true), -ENOTSOCK);
  CHECK(zc_set_cork(pair[0], true) < 0);
  close(pair[1]);
  CHECK_EQUAL(zc_send_pieces(pair[0], &piece, 1, false), -EPIPE);
  close(pair[0]);
  close(ends[0]);
  close(ends[1]);
}

/* As of a mapped file that has shrunk: no signal, but an error, or the bytes before. */
static void memory_that_is_not_there_is_efault(void) {
  if (under_valgrind) {
    fprintf(stderr, "  skipped: valgrind reports such memory before the kernel does\n");
    return;
  }
  int pair[2];
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  void *memory = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct iovec piece = {memory, 1};
  make_pair(PAIR_TCP, pair);
  CHECK(memory != MAP_FAILED);
  CHECK_EQUAL(zc_send_pieces(pair[0], &piece, 1, false), -EFAULT);
  munmap(memory, page);
  close_pair(pair);
}

static uint32_t segments(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
  return info.tcpi_data_segs_out;
}

static void corked_pieces_leave_as_one_segment(void) {
  int pair[2];
  uint8_t *bytes = make_bytes(3, 300);
  make_pair(PAIR_TCP, pair);
  uint32_t before = segments(pair[0]);
  CHECK_EQUAL(zc_set_cork(pair[0], true), 0);
  for (int i = 0; i < 3; i++) {
    struct iovec piece = {bytes + 100 * i, 100};
    CHECK_EQUAL(zc_send_pieces(pair[0], &piece, 1, false), 100);
  }
  CHECK_EQUAL(segments(pair[0]), before);
  CHECK_EQUAL(zc_set_cork(pair[0], false), 0);
  expect_content(pair[1], 3, 0, 300);
  CHECK_EQUAL(segments(pair[0]), before + 1);
  close_pair(pair);
  free(bytes);
}

static void more_waits_for_what_follows(void) {
  int pair[2];
  uint8_t *bytes = make_bytes(4, 200);
  struct iovec first = {bytes, 100};
  struct iovec second = {bytes + 100, 100};
  make_pair(PAIR_TCP, pair);
  uint32_t before = segments(pair[0]);
  CHECK_EQUAL(zc_send_pieces(pair[0], &first, 1, true), 100);
  CHECK_EQUAL(zc_send_pieces(pair[0], &second, 1, false), 100);
  expect_content(pair[1], 4, 0, 200);
  CHECK_EQUAL(segments(pair[0]), before + 1);
  close_pair(pair);
  free(bytes);
}

static void receive_takes_what_there_is_and_does_not_wait(void) {
  uint8_t *sent = make_bytes(5, SIZE);
  uint8_t *got = calloc(1, SIZE);
  CHECK(got != NULL);
  for (int kind = PAIR_TCP; kind <= PAIR_UNIX; kind++) {
    int pair[2];
    struct iovec piece = {sent, SIZE};
    zc_socket_counters before = zc_read_socket_counters();
    make_pair((pair_kind)kind, pair);
    CHECK_EQUAL(zc_receive(pair[1], got, SIZE), -EAGAIN);
    CHECK_EQUAL(zc_send_pieces(pair[0], &piece, 1, false), SIZE);
    size_t received = 0;
    while (received < SIZE) {
      int64_t result = zc_receive(pair[1], got + received, SIZE - received);
      if (result == -EAGAIN) continue;
      CHECK(result > 0);
      received += (size_t)result;
    }
    CHECK(is_content(got, SIZE, 5, 0));
    close(pair[0]);
    int64_t end;
    while ((end = zc_receive(pair[1], got, SIZE)) == -EAGAIN) sleep_ms(1);
    CHECK_EQUAL(end, 0);
    close(pair[1]);
    zc_socket_counters after = zc_read_socket_counters();
    CHECK_EQUAL(after.sent_bytes - before.sent_bytes, SIZE);
    CHECK_EQUAL(after.received_bytes - before.received_bytes, SIZE);
    CHECK(after.receive_calls - before.receive_calls >= 3);
  }
  free(sent);
  free(got);
}

static void receive_reports_errors(void) {
  int pair[2];
  int ends[2];
  uint8_t byte;
  CHECK_EQUAL(zc_receive(-1, &byte, 1), -EBADF);
  CHECK(pipe(ends) == 0);
  CHECK_EQUAL(zc_receive(ends[0], NULL, 0), -ENOTSOCK);
  make_pair(PAIR_TCP, pair);
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  CHECK(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  close(pair[0]); /* resets the connection */
  int64_t result;
  while ((result = zc_receive(pair[1], &byte, 1)) == -EAGAIN) sleep_ms(1);
  CHECK_EQUAL(result, -ECONNRESET);
  close(pair[1]);
  close(ends[0]);
  close(ends[1]);
}

const test sockets_tests[] = {
    TEST(pieces_arrive_in_order),
    TEST(a_socket_without_room_says_so_and_goes_on_later),
    TEST(errors_are_reported),
    TEST(memory_that_is_not_there_is_efault),
    TEST(corked_pieces_leave_as_one_segment),
    TEST(more_waits_for_what_follows),
    TEST(receive_takes_what_there_is_and_does_not_wait),
    TEST(receive_reports_errors),
    {NULL, NULL},
};
