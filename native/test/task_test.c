/* task.h: the way of a task through sender, epoll and pool, and its end wherever it is. */
#include "../src/sys/task.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/sys/pool.h"
#include "../src/sys/residency.h"
#include "inbox.h"
#include "tests.h"

/* A disk that does not answer before it is told to. */
typedef struct {
  sem_t reached;
  sem_t gate;
  atomic_int closed;
} disk;

static void disk_open(disk *d) {
  CHECK(sem_init(&d->reached, 0, 0) == 0 && sem_init(&d->gate, 0, 0) == 0);
  atomic_init(&d->closed, 0);
}

static void disk_close(disk *d) {
  sem_destroy(&d->reached);
  sem_destroy(&d->gate);
}

typedef struct {
  zc_task task; /* first */
  disk *disk;
  zc_task_state answer; /* of the disk */
  int steps;
} slow_task;

static void check_thread(const char *wanted) {
  char name[16];
  CHECK(prctl(PR_GET_NAME, name) == 0);
  CHECK(strcmp(name, wanted) == 0);
}

static zc_task_state slow_step(zc_task *task) {
  slow_task *t = (slow_task *)task;
  check_thread("zerocopy-sender");
  return t->steps++ == 0 ? ZC_TASK_DISK : ZC_TASK_DONE;
}

static zc_task_state slow_disk(zc_task *task) {
  slow_task *t = (slow_task *)task;
  check_thread("zerocopy-disk");
  sem_post(&t->disk->reached);
  while (sem_wait(&t->disk->gate) < 0) continue;
  task->moved += 5;
  return t->answer;
}

static void slow_close(zc_task *task) {
  slow_task *t = (slow_task *)task;
  atomic_fetch_add(&t->disk->closed, 1);
  free(t);
}

static const zc_task_kind slow_kind = {slow_step, slow_disk, slow_close};

static uint64_t start_slow(inbox *box, disk *d, zc_task_state answer) {
  slow_task *t = calloc(1, sizeof *t);
  uint64_t id = 0;
  CHECK(t != NULL);
  *t = (slow_task){.task.kind = &slow_kind, .disk = d, .answer = answer};
  CHECK_EQUAL(zc_engine_start(box->client, &t->task, &id), 0);
  return id;
}

static void wait_for(sem_t *semaphore, int times) {
  for (int i = 0; i < times; i++) {
    while (sem_wait(semaphore) < 0) continue;
  }
}

static void disk_runs_on_the_pool_and_step_on_the_sender(void) {
  zc_task_state answers[] = {ZC_TASK_MORE, ZC_TASK_DONE};
  for (int i = 0; i < 2; i++) {
    disk d;
    inbox box;
    disk_open(&d);
    inbox_open(&box);
    uint64_t id = start_slow(&box, &d, answers[i]);
    sem_post(&d.gate);
    zc_event end = inbox_done(&box, id);
    CHECK(end.error == 0 && end.moved == 5);
    CHECK_EQUAL(atomic_load(&d.closed), 1);
    inbox_close(&box);
    disk_close(&d);
  }
}

/* What is resident goes on while every thread of the pool waits. */
static void slow_disks_hold_up_nobody_else(void) {
  uint64_t size = 3 * ZC_WINDOW_BYTES;
  struct stat stats;
  disk d;
  inbox box;
  int pair[2];
  int file = make_file(61, size);
  CHECK(fstat(file, &stats) == 0);
  bool can_ask = zc_find_storage(file) == ZC_STORAGE_LOCAL && zc_is_resident(file, 0, size);
  disk_open(&d);
  inbox_open(&box);
  make_pair(PAIR_TCP, pair);
  int count = 2 * ZC_POOL_THREADS;
  for (int i = 0; i < count; i++) start_slow(&box, &d, ZC_TASK_MORE);
  wait_for(&d.reached, ZC_POOL_THREADS);
  if (can_ask) { /* a kernel without cachestat(2) cannot say it of a file in memory */
    zc_request request = {
        .socket_fd = pair[0], .file_fd = file, .count = size, .device = stats.st_dev};
    uint64_t id = inbox_start(&box, request);
    expect_content(pair[1], 61, 0, size);
    CHECK_EQUAL(inbox_done(&box, id).error, 0);
  }
  for (int i = 0; i < count; i++) sem_post(&d.gate);
  for (int i = 0; i < count; i++) CHECK_EQUAL(inbox_done(&box, 0).error, 0);
  inbox_close(&box);
  disk_close(&d);
  close_pair(pair);
  close(file);
}

static void cancel_ends_when_the_disk_lets_go(void) {
  disk d;
  inbox box;
  zc_event early;
  disk_open(&d);
  inbox_open(&box);
  uint64_t id = start_slow(&box, &d, ZC_TASK_MORE);
  wait_for(&d.reached, 1);
  zc_engine_cancel(box.client, id);
  zc_engine_cancel(box.client, id);
  CHECK_EQUAL(zc_client_collect(box.client, &early, 1), 0);
  CHECK_EQUAL(atomic_load(&d.closed), 0);
  sem_post(&d.gate);
  zc_event end = inbox_done(&box, id);
  CHECK(end.error == -ECANCELED && end.moved == 5);
  CHECK_EQUAL(atomic_load(&d.closed), 1);
  inbox_close(&box);
  disk_close(&d);
}

static void cancel_that_comes_after_the_last_byte_changes_nothing(void) {
  disk d;
  inbox box;
  disk_open(&d);
  inbox_open(&box);
  uint64_t id = start_slow(&box, &d, ZC_TASK_DONE);
  wait_for(&d.reached, 1);
  zc_engine_cancel(box.client, id);
  sem_post(&d.gate);
  CHECK_EQUAL(inbox_done(&box, id).error, 0);
  inbox_close(&box);
  disk_close(&d);
}

static void cancel_of_what_waits_for_the_pool_is_at_once(void) {
  disk d;
  inbox box;
  disk_open(&d);
  inbox_open(&box);
  for (int i = 0; i < ZC_POOL_THREADS; i++) start_slow(&box, &d, ZC_TASK_MORE);
  wait_for(&d.reached, ZC_POOL_THREADS);
  for (int i = 0; i < 3; i++) {
    uint64_t id = start_slow(&box, &d, ZC_TASK_MORE);
    zc_engine_cancel(box.client, id);
    CHECK_EQUAL(inbox_done(&box, id).error, -ECANCELED);
  }
  for (int i = 0; i < ZC_POOL_THREADS; i++) sem_post(&d.gate);
  for (int i = 0; i < ZC_POOL_THREADS; i++) CHECK_EQUAL(inbox_done(&box, 0).error, 0);
  inbox_close(&box);
  disk_close(&d);
}

static bool two_are_closed(void *argument) {
  disk *d = argument;
  return atomic_load(&d->closed) == 2;
}

static void *let_go(void *argument) {
  disk *d = argument;
  CHECK(wait_until(two_are_closed, d)); /* those that waited for the pool */
  for (int i = 0; i < ZC_POOL_THREADS; i++) sem_post(&d->gate);
  return NULL;
}

static void closing_a_client_waits_for_the_pool(void) {
  disk d;
  inbox box;
  pthread_t thread;
  disk_open(&d);
  inbox_open(&box);
  for (int i = 0; i < ZC_POOL_THREADS; i++) start_slow(&box, &d, ZC_TASK_MORE);
  wait_for(&d.reached, ZC_POOL_THREADS);
  for (int i = 0; i < 2; i++) start_slow(&box, &d, ZC_TASK_MORE);
  CHECK(pthread_create(&thread, NULL, let_go, &d) == 0);
  inbox_close(&box);
  CHECK_EQUAL(atomic_load(&d.closed), ZC_POOL_THREADS + 2);
  pthread_join(thread, NULL);
  disk_close(&d);
}

/* Waits for one descriptor, then for another, then for the first again. */
typedef struct {
  zc_task task; /* first */
  int fds[2];
} waiting_task;

static zc_task_state waiting_step(zc_task *task) {
  waiting_task *t = (waiting_task *)task;
  if (task->moved == 4) return ZC_TASK_DONE;
  char byte;
  int fd = t->fds[task->moved % 2];
  if (read(fd, &byte, 1) == 1) {
    task->moved++;
    return ZC_TASK_MORE;
  }
  task->wait_fd = fd;
  task->wait_for = EPOLLIN;
  return ZC_TASK_WAIT;
}

static void waiting_close(zc_task *task) {
  waiting_task *t = (waiting_task *)task;
  close(t->fds[0]);
  close(t->fds[1]);
  free(t);
}

static const zc_task_kind waiting_kind = {.step = waiting_step, .close = waiting_close};

static void a_task_may_wait_for_one_descriptor_after_another(void) {
  int first[2];
  int second[2];
  inbox box;
  uint64_t id = 0;
  waiting_task *t = calloc(1, sizeof *t);
  CHECK(t != NULL);
  CHECK(pipe2(first, O_CLOEXEC | O_NONBLOCK) == 0 && pipe2(second, O_CLOEXEC | O_NONBLOCK) == 0);
  *t = (waiting_task){.task.kind = &waiting_kind, .fds = {first[0], second[0]}};
  inbox_open(&box);
  CHECK_EQUAL(zc_engine_start(box.client, &t->task, &id), 0);
  for (int i = 0; i < 4; i++) {
    sleep_ms(5); /* not needed for the outcome; makes it wait in epoll more often than not */
    CHECK_EQUAL(write(i % 2 ? second[1] : first[1], "x", 1), 1);
  }
  zc_event end = inbox_done(&box, id);
  CHECK(end.error == 0 && end.moved == 4);
  inbox_close(&box);
  close(first[1]);
  close(second[1]);
}

/* epoll_ctl refuses a regular file: EPERM. */
static void a_task_that_cannot_wait_ends_with_the_reason(void) {
  int ends[2];
  inbox box;
  uint64_t id = 0;
  waiting_task *t = calloc(1, sizeof *t);
  CHECK(t != NULL && pipe2(ends, O_CLOEXEC) == 0);
  int file = make_file(62, 0);
  *t = (waiting_task){.task.kind = &waiting_kind, .fds = {file, ends[0]}};
  inbox_open(&box);
  CHECK_EQUAL(zc_engine_start(box.client, &t->task, &id), 0);
  CHECK_EQUAL(inbox_done(&box, id).error, -EPERM);
  inbox_close(&box);
  close(ends[1]);
}

const test task_tests[] = {
    TEST(disk_runs_on_the_pool_and_step_on_the_sender),
    TEST(slow_disks_hold_up_nobody_else),
    TEST(cancel_ends_when_the_disk_lets_go),
    TEST(cancel_that_comes_after_the_last_byte_changes_nothing),
    TEST(cancel_of_what_waits_for_the_pool_is_at_once),
    TEST(closing_a_client_waits_for_the_pool),
    TEST(a_task_may_wait_for_one_descriptor_after_another),
    TEST(a_task_that_cannot_wait_ends_with_the_reason),
    {0},
};
