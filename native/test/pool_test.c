/* pool.h: how much runs at once, in which order, and what can still be taken back. */
#include "../src/sys/pool.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "check.h"
#include "tests.h"

typedef struct {
  zc_pool_work work; /* first */
  sem_t *gate;       /* what it waits for, or NULL */
  int number;
} item;

static atomic_int running;
static atomic_int most_running;
static atomic_int places;
static atomic_int ended;
static int order[16];

static void run_item(zc_pool_work *work) {
  item *it = (item *)work;
  int now = atomic_fetch_add(&running, 1) + 1;
  if (now > atomic_load(&most_running)) atomic_store(&most_running, now);
  if (it->gate) {
    while (sem_wait(it->gate) < 0) continue;
  }
  atomic_fetch_sub(&running, 1);
  order[atomic_fetch_add(&places, 1)] = it->number;
  atomic_fetch_add(&ended, 1);
}

static bool all_threads_run(void *unused) {
  (void)unused;
  return atomic_load(&running) == ZC_POOL_THREADS;
}

static bool so_many_ended(void *count) { return atomic_load(&ended) == *(int *)count; }

/* Holds every thread of the pool until `gate` is posted for each. */
static void hold_pool(item *items, sem_t *gate) {
  atomic_store(&places, 0);
  atomic_store(&ended, 0);
  atomic_store(&most_running, 0);
  for (int i = 0; i < ZC_POOL_THREADS; i++) {
    items[i] = (item){.work.run = run_item, .gate = gate, .number = i};
    CHECK_EQUAL(zc_pool_submit(&items[i].work), 0);
  }
  CHECK(wait_until(all_threads_run, NULL));
}

static void work_runs_in_order_on_so_many_threads_at_most(void) {
  item items[ZC_POOL_THREADS + 6];
  sem_t gate;
  CHECK(sem_init(&gate, 0, 0) == 0);
  hold_pool(items, &gate);
  int count = ZC_POOL_THREADS + 6;
  for (int i = ZC_POOL_THREADS; i < count; i++) {
    items[i] = (item){.work.run = run_item, .number = i};
    CHECK_EQUAL(zc_pool_submit(&items[i].work), 0);
  }
  sem_post(&gate); /* one thread does all that waits, the others are held */
  int ended_now = 7;
  CHECK(wait_until(so_many_ended, &ended_now));
  for (int i = 1; i < 7; i++) CHECK_EQUAL(order[i], ZC_POOL_THREADS + i - 1);
  for (int i = 1; i < ZC_POOL_THREADS; i++) sem_post(&gate);
  CHECK(wait_until(so_many_ended, &count));
  CHECK_EQUAL(atomic_load(&most_running), ZC_POOL_THREADS);
  sem_destroy(&gate);
}

static void what_has_not_begun_can_be_withdrawn(void) {
  item items[ZC_POOL_THREADS + 4];
  sem_t gate;
  CHECK(sem_init(&gate, 0, 0) == 0);
  hold_pool(items, &gate);
  item *queued = items + ZC_POOL_THREADS;
  for (int i = 0; i < 4; i++) {
    queued[i] = (item){.work.run = run_item, .number = 100 + i};
    CHECK_EQUAL(zc_pool_submit(&queued[i].work), 0);
  }
  CHECK(!zc_pool_withdraw(&items[0].work)); /* runs */
  CHECK(zc_pool_withdraw(&queued[1].work)); /* in the middle */
  CHECK(zc_pool_withdraw(&queued[3].work)); /* the last */
  CHECK(zc_pool_withdraw(&queued[0].work)); /* the first */
  CHECK(!zc_pool_withdraw(&queued[0].work));
  CHECK(zc_pool_withdraw(&queued[2].work)); /* the only one */
  CHECK_EQUAL(zc_pool_submit(&queued[3].work), 0);
  for (int i = 0; i < ZC_POOL_THREADS; i++) sem_post(&gate);
  int count = ZC_POOL_THREADS + 1;
  CHECK(wait_until(so_many_ended, &count));
  CHECK_EQUAL(order[count - 1] + order[0] + order[1] + order[2] + order[3], 103 + 0 + 1 + 2 + 3);
  CHECK(!zc_pool_withdraw(&queued[3].work)); /* has ended */
  sem_destroy(&gate);
}

const test pool_tests[] = {
    TEST(work_runs_in_order_on_so_many_threads_at_most),
    TEST(what_has_not_begun_can_be_withdrawn),
    {0},
};
