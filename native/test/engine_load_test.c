/* engine.h under load: many transfers, many threads, starts and cancels that race. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "inbox.h"
#include "tests.h"

typedef struct {
  int pair[2];
  int file;
  uint32_t tag;
  uint64_t size;
  uint64_t received;
  uint64_t id;
} connection;

static void connection_open(connection *c, uint32_t tag, inbox *box) {
  *c = (connection){.tag = tag, .size = (small_run ? 50000 : 1200000) + tag * 1009 % 7000};
  c->file = make_file(tag, c->size);
  make_pair(tag % 3 ? PAIR_TCP : PAIR_UNIX, c->pair);
  c->id = inbox_start(
      box,
      (zc_request){
          .socket_fd = c->pair[0], .file_fd = c->file, .count = c->size, .via = (zc_via)(tag % 2)});
  /* Our ends may go at once: the engine has duplicates. */
  close(c->file);
  close(c->pair[0]);
}

static void read_some(connection *c) {
  uint8_t bytes[65536];
  ssize_t found = read(c->pair[1], bytes, sizeof bytes);
  CHECK(found >= 0);
  CHECK(is_content(bytes, (size_t)found, c->tag, c->received));
  c->received += (uint64_t)found;
  if (found > 0) return;
  CHECK_EQUAL(c->received, c->size);
  close(c->pair[1]);
  c->pair[1] = -1;
}

/* Reads from all of them in whatever order they are ready. */
static void read_to_the_end(connection *connections, size_t count) {
  struct pollfd *polled = calloc(count, sizeof *polled);
  CHECK(polled != NULL);
  for (size_t left = count; left > 0;) {
    for (size_t i = 0; i < count; i++) {
      polled[i] = (struct pollfd){.fd = connections[i].pair[1], .events = POLLIN};
    }
    CHECK(poll(polled, (nfds_t)count, 60000) > 0);
    for (size_t i = 0; i < count; i++) {
      if (!polled[i].revents) continue;
      read_some(&connections[i]);
      if (connections[i].pair[1] < 0) left--;
    }
  }
  free(polled);
}

static void deliver_to_many(inbox *box, uint32_t first_tag, size_t count) {
  connection *connections = calloc(count, sizeof *connections);
  CHECK(connections != NULL);
  for (size_t i = 0; i < count; i++) {
    connection_open(&connections[i], first_tag + (uint32_t)i, box);
  }
  read_to_the_end(connections, count);
  for (size_t i = 0; i < count; i++) CHECK_EQUAL(inbox_done(box, 0).error, 0);
  free(connections);
}

static void two_hundred_at_once_are_byte_exact(void) {
  inbox box;
  inbox_open(&box);
  deliver_to_many(&box, 1000, 200);
  inbox_close(&box);
}

static void *run_client(void *argument) {
  uint32_t number = *(uint32_t *)argument;
  inbox box;
  inbox_open(&box);
  for (uint32_t round = 0; round < 3; round++) {
    deliver_to_many(&box, 10000 * (number + 1) + 100 * round, 12);
  }
  inbox_close(&box);
  return NULL;
}

static void in_threads(int count, void *(*run)(void *)) {
  pthread_t threads[8];
  uint32_t numbers[8];
  for (int i = 0; i < count; i++) {
    numbers[i] = (uint32_t)i;
    CHECK(pthread_create(&threads[i], NULL, run, &numbers[i]) == 0);
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

static void clients_in_four_threads_are_byte_exact(void) { in_threads(4, run_client); }

/* Each start is answered by exactly one end, whatever its cancel met. */
static void *run_storm(void *argument) {
  uint32_t number = *(uint32_t *)argument;
  unsigned seed = number;
  int rounds = small_run ? 60 : 400;
  int file = make_file(number, 4 * ZC_WINDOW_BYTES);
  inbox box;
  inbox_open(&box);
  for (int round = 0; round < rounds; round++) {
    uint64_t ids[6];
    int pairs[6][2];
    for (int i = 0; i < 6; i++) {
      make_pair(rand_r(&seed) % 2 ? PAIR_TCP : PAIR_UNIX, pairs[i]);
      zc_request request = {.socket_fd = pairs[i][0],
                            .file_fd = file,
                            .count = (uint64_t)rand_r(&seed) % (4 * ZC_WINDOW_BYTES),
                            .via = (zc_via)(rand_r(&seed) % 2)};
      ids[i] = inbox_start(&box, request);
    }
    for (int i = 0; i < 6; i++) {
      if (rand_r(&seed) % 4 == 0) close(pairs[i][1]), pairs[i][1] = -1;
      zc_engine_cancel(box.client, ids[i]);
    }
    uint64_t seen = 0;
    for (int i = 0; i < 6; i++) {
      zc_event event = inbox_done(&box, 0);
      CHECK(event.id >= ids[0] && event.id <= ids[5]);
      CHECK(event.error == 0 || event.error == -ECANCELED || event.error == -EPIPE ||
            event.error == -ECONNRESET);
      seen += event.id;
    }
    CHECK_EQUAL(seen, ids[0] + ids[1] + ids[2] + ids[3] + ids[4] + ids[5]);
    for (int i = 0; i < 6; i++) {
      close(pairs[i][0]);
      if (pairs[i][1] >= 0) close(pairs[i][1]);
    }
  }
  inbox_close(&box);
  close(file);
  return NULL;
}

static void storm_of_starts_and_cancels_from_four_threads(void) { in_threads(4, run_storm); }

static void *run_closing_storm(void *argument) {
  uint32_t number = *(uint32_t *)argument;
  int file = make_file(number, ZC_WINDOW_BYTES);
  for (int round = 0; round < (small_run ? 40 : 300); round++) {
    int pairs[4][2];
    inbox box;
    inbox_open(&box);
    for (int i = 0; i < 4; i++) {
      make_pair(i % 2 ? PAIR_TCP : PAIR_UNIX, pairs[i]);
      inbox_start(
          &box, (zc_request){.socket_fd = pairs[i][0], .file_fd = file, .count = ZC_WINDOW_BYTES});
    }
    inbox_close(&box);
    for (int i = 0; i < 4; i++) close_pair(pairs[i]);
  }
  close(file);
  return NULL;
}

static void storm_of_clients_that_come_and_go(void) { in_threads(4, run_closing_storm); }

const test engine_load_tests[] = {
    TEST(two_hundred_at_once_are_byte_exact),
    TEST(clients_in_four_threads_are_byte_exact),
    TEST(storm_of_starts_and_cancels_from_four_threads),
    TEST(storm_of_clients_that_come_and_go),
    {0},
};
