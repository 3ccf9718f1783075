#include "pool.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "thread.h"

/* Process-wide, as the sender is. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t submitted;
  zc_pool_work *first;
  zc_pool_work *last;
  int waiting; /* work that has not begun */
  int threads;
  int idle;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .submitted = PTHREAD_COND_INITIALIZER};

static zc_pool_work *take_first(void) {
  zc_pool_work *work = pool.first;
  pool.first = work->next;
  if (!pool.first) pool.last = NULL;
  pool.waiting--;
  return work;
}

static void *thread_main(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "zerocopy-disk"); /* for top, perf and debuggers */
  pthread_mutex_lock(&pool.lock);
  for (;;) {
    while (!pool.first) {
      pool.idle++;
      pthread_cond_wait(&pool.submitted, &pool.lock);
      pool.idle--;
    }
    zc_pool_work *work = take_first();
    pthread_mutex_unlock(&pool.lock);
    work->run(work);
    pthread_mutex_lock(&pool.lock);
  }
  return NULL;
}

/* The lock is held. Too few threads are slower, none is an error. */
static int ensure_threads(void) {
  if (pool.idle > pool.waiting || pool.threads == ZC_POOL_THREADS) return 0;
  int error = zc_thread_start(thread_main);
  if (!error) pool.threads++;
  return pool.threads > 0 ? 0 : error;
}

int zc_pool_submit(zc_pool_work *work) {
  pthread_mutex_lock(&pool.lock);
  int error = ensure_threads();
  if (!error) {
    work->next = NULL;
    if (pool.last) {
      pool.last->next = work;
    } else {
      pool.first = work;
    }
    pool.last = work;
    pool.waiting++;
    pthread_cond_signal(&pool.submitted);
  }
  pthread_mutex_unlock(&pool.lock);
  return error;
}

bool zc_pool_withdraw(zc_pool_work *work) {
  bool found = false;
  pthread_mutex_lock(&pool.lock);
  zc_pool_work *previous = NULL;
  for (zc_pool_work *at = pool.first; at && !found; previous = at, at = at->next) {
    if (at != work) continue;
    found = true;
    if (previous) {
      previous->next = work->next;
    } else {
      pool.first = work->next;
    }
    if (pool.last == work) pool.last = previous;
    pool.waiting--;
  }
  pthread_mutex_unlock(&pool.lock);
  return found;
}
