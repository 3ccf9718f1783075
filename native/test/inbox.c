#include "inbox.h"

#include <time.h>

/* Sender thread, engine locked. */
static void wake(void *argument) {
  inbox *box = argument;
  sem_post(&box->news);
}

void inbox_open(inbox *box) {
  *box = (inbox){0};
  CHECK(sem_init(&box->news, 0, 0) == 0);
  box->client = zc_client_new(wake, box);
  CHECK(box->client != NULL);
}

void inbox_close(inbox *box) {
  zc_client_close(box->client);
  sem_destroy(&box->news);
}

zc_event inbox_next(inbox *box) {
  while (box->taken == box->count) {
    box->taken = 0;
    box->count = zc_client_collect(box->client, box->events, INBOX_CAPACITY);
    if (box->count > 0) break;
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 60;
    CHECK(sem_timedwait(&box->news, &deadline) == 0);
  }
  return box->events[box->taken++];
}

zc_event inbox_done(inbox *box, uint64_t id) {
  zc_event event;
  do {
    event = inbox_next(box);
  } while (!event.done);
  if (id) CHECK_EQUAL(event.id, id);
  return event;
}

int inbox_try(inbox *box, zc_request request, uint64_t *id) {
  zc_task *task;
  int error = zc_move_new(&request, (zc_begun){0}, &task);
  return error ? error : zc_engine_start(box->client, task, id);
}

uint64_t inbox_run(inbox *box, zc_task *task) {
  uint64_t id = 0;
  CHECK_EQUAL(zc_engine_start(box->client, task, &id), 0);
  return id;
}

uint64_t inbox_start(inbox *box, zc_request request) {
  uint64_t id = 0;
  CHECK_EQUAL(inbox_try(box, request, &id), 0);
  CHECK(id > 0);
  return id;
}
