#include "engine.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "syscalls.h"

#define EVENTS_PER_WAIT 64

typedef struct transfer transfer;

struct transfer {
  transfer *client_next; /* all unfinished transfers of a client; under the lock */
  transfer *client_previous;
  transfer *news_next; /* has something to collect; under the lock */
  transfer *run_next;  /* started or ready; `started` is under the lock, `ready` the thread's own */
  zc_client *client;

  uint64_t id;
  zc_move move; /* the thread's own */
  bool in_epoll;
  bool waiting;
  int64_t published_at_ms;

  uint64_t sent; /* from here on: under the lock */
  bool cancelled;
  bool in_news;
  bool done;
  int error;
};

typedef struct {
  transfer *first;
  transfer *last;
} queue;

struct zc_client {
  zc_client *next;
  void (*wake)(void *);
  void *wake_argument;
  transfer *unfinished;
  transfer *news_first;
  transfer *news_last;
};

/* Process-wide on purpose: one thread serves every environment of the process. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t finished; /* some transfer has ended */
  bool running;
  bool cancels; /* some transfer was cancelled since the thread looked last */
  int epoll_fd;
  int wake_fd;
  uint64_t last_id;
  zc_client *clients;
  queue started;
} engine = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .finished = PTHREAD_COND_INITIALIZER,
    .epoll_fd = -1,
    .wake_fd = -1,
};

static void queue_push(queue *q, transfer *t) {
  t->run_next = NULL;
  if (q->last) {
    q->last->run_next = t;
  } else {
    q->first = t;
  }
  q->last = t;
}

static transfer *queue_pop(queue *q) {
  transfer *t = q->first;
  if (!t) return NULL;
  q->first = t->run_next;
  if (!q->first) q->last = NULL;
  return t;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake_thread(void) {
  uint64_t one = 1;
  /* EAGAIN means the counter is full: the thread is being woken already. */
  ssize_t written = write(engine.wake_fd, &one, sizeof one);
  (void)written;
}

/* ---- waiting for sockets; sender thread, no lock ---- */

static int wait_for_writable(transfer *t) {
  struct epoll_event event = {.events = EPOLLOUT | EPOLLONESHOT, .data.ptr = t};
  int operation = t->in_epoll ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(engine.epoll_fd, operation, t->move.socket_fd, &event) < 0) return -errno;
  t->in_epoll = true;
  t->waiting = true;
  return 0;
}

/*
 * The original descriptor keeps the socket alive after our duplicate is closed, and with it an
 * epoll entry that points to freed memory. So: out of epoll first, then close.
 */
static void release_descriptors(transfer *t) {
  if (t->in_epoll) epoll_ctl(engine.epoll_fd, EPOLL_CTL_DEL, t->move.socket_fd, NULL);
  zc_move_close(&t->move);
}

/* ---- telling the client; the lock is held ---- */

static void publish(transfer *t) {
  zc_client *client = t->client;
  t->sent = t->move.sent;
  if (t->in_news) return;
  t->in_news = true;
  t->news_next = NULL;
  bool was_empty = !client->news_first;
  if (was_empty) {
    client->news_first = t;
  } else {
    client->news_last->news_next = t;
  }
  client->news_last = t;
  if (was_empty) client->wake(client->wake_argument);
}

static void finish(transfer *t, int error) {
  release_descriptors(t);
  zc_client *client = t->client;
  if (t->client_previous) {
    t->client_previous->client_next = t->client_next;
  } else {
    client->unfinished = t->client_next;
  }
  if (t->client_next) t->client_next->client_previous = t->client_previous;
  t->done = true;
  t->error = error;
  publish(t);
  pthread_cond_broadcast(&engine.finished);
}

/* ---- the thread ---- */

static void finish_cancelled_waiters(void) {
  for (zc_client *client = engine.clients; client; client = client->next) {
    transfer *next;
    for (transfer *t = client->unfinished; t; t = next) {
      next = t->client_next;
      if (t->cancelled && t->waiting) finish(t, -ECANCELED);
    }
  }
}

static void take_orders(queue *ready) {
  pthread_mutex_lock(&engine.lock);
  transfer *t;
  while ((t = queue_pop(&engine.started))) queue_push(ready, t);
  if (engine.cancels) {
    engine.cancels = false;
    finish_cancelled_waiters();
  }
  pthread_mutex_unlock(&engine.lock);
}

static bool is_cancelled(transfer *t) {
  pthread_mutex_lock(&engine.lock);
  bool cancelled = t->cancelled;
  pthread_mutex_unlock(&engine.lock);
  return cancelled;
}

static void run_one_window(transfer *t, queue *ready) {
  int error = 0;
  zc_move_state result = ZC_MOVE_DONE;
  if (is_cancelled(t)) {
    error = -ECANCELED;
  } else {
    result = zc_move_step(&t->move, &error);
  }
  if (result == ZC_MOVE_MORE) queue_push(ready, t);
  if (result == ZC_MOVE_BLOCKED && (error = wait_for_writable(t)) < 0) result = ZC_MOVE_DONE;

  int64_t now = now_ms();
  bool due = now - t->published_at_ms >= ZC_PROGRESS_INTERVAL_MS;
  if (result != ZC_MOVE_DONE && !(due && t->move.sent > 0)) return;
  t->published_at_ms = now;
  pthread_mutex_lock(&engine.lock);
  if (result == ZC_MOVE_DONE) {
    finish(t, error);
  } else if (t->sent != t->move.sent) {
    publish(t);
  }
  pthread_mutex_unlock(&engine.lock);
}

static void wait_for_events(queue *ready) {
  struct epoll_event events[EVENTS_PER_WAIT];
  int count = epoll_wait(engine.epoll_fd, events, EVENTS_PER_WAIT, ready->first ? 0 : -1);
  for (int i = 0; i < count; i++) {
    transfer *t = events[i].data.ptr;
    if (!t) {
      uint64_t ignored;
      ssize_t got = read(engine.wake_fd, &ignored, sizeof ignored);
      (void)got;
      continue;
    }
    t->waiting = false;
    queue_push(ready, t);
  }
}

static void *thread_main(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "zerocopy-sender"); /* for top, perf and debuggers */
  queue ready = {0};
  for (;;) {
    take_orders(&ready);
    /* One turn for each transfer that is ready now; those pushed meanwhile come next time. */
    transfer *last = ready.last;
    transfer *t;
    while (last && (t = queue_pop(&ready))) {
      run_one_window(t, &ready);
      if (t == last) break;
    }
    wait_for_events(&ready);
  }
  return NULL;
}

/* A thread that inherits an open signal mask would run Node's signal handlers. */
static int create_thread(void) {
  sigset_t all;
  sigset_t before;
  pthread_t thread;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, NULL, thread_main, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (error) return -error;
  pthread_detach(thread);
  return 0;
}

/* The lock is held. The thread lives as long as the process: it sleeps when there is no work. */
static int ensure_running(void) {
  if (engine.running) return 0;
  int error = 0;
  engine.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  engine.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (engine.epoll_fd < 0 || engine.wake_fd < 0 ||
      epoll_ctl(engine.epoll_fd, EPOLL_CTL_ADD, engine.wake_fd, &event) < 0) {
    error = -errno;
  } else {
    error = create_thread();
  }
  if (error) {
    zc_close(engine.epoll_fd);
    zc_close(engine.wake_fd);
    return error;
  }
  engine.running = true;
  return 0;
}

/* ---- called by clients ---- */

zc_client *zc_client_new(void (*wake)(void *), void *argument) {
  zc_client *client = calloc(1, sizeof *client);
  if (!client) return NULL;
  client->wake = wake;
  client->wake_argument = argument;
  pthread_mutex_lock(&engine.lock);
  client->next = engine.clients;
  engine.clients = client;
  pthread_mutex_unlock(&engine.lock);
  return client;
}

int zc_engine_start(zc_client *client, const zc_request *request, uint64_t *id) {
  transfer *t = calloc(1, sizeof *t);
  if (!t) return -ENOMEM;
  t->client = client;
  t->published_at_ms = now_ms();

  int error = zc_move_open(&t->move, request);
  pthread_mutex_lock(&engine.lock);
  if (!error) error = ensure_running();
  if (error) {
    pthread_mutex_unlock(&engine.lock);
    zc_move_close(&t->move);
    free(t);
    return error;
  }
  *id = t->id = ++engine.last_id;
  t->client_next = client->unfinished;
  if (t->client_next) t->client_next->client_previous = t;
  client->unfinished = t;
  queue_push(&engine.started, t);
  pthread_mutex_unlock(&engine.lock);
  wake_thread();
  return 0;
}

void zc_engine_cancel(zc_client *client, uint64_t id) {
  bool found = false;
  pthread_mutex_lock(&engine.lock);
  for (transfer *t = client->unfinished; t && !found; t = t->client_next) {
    if (t->id != id) continue;
    t->cancelled = found = engine.cancels = true;
  }
  pthread_mutex_unlock(&engine.lock);
  if (found) wake_thread();
}

size_t zc_client_collect(zc_client *client, zc_event *events, size_t capacity) {
  size_t count = 0;
  pthread_mutex_lock(&engine.lock);
  while (count < capacity && client->news_first) {
    transfer *t = client->news_first;
    client->news_first = t->news_next;
    t->in_news = false;
    events[count++] = (zc_event){.id = t->id, .sent = t->sent, .done = t->done, .error = t->error};
    if (t->done) free(t);
  }
  pthread_mutex_unlock(&engine.lock);
  return count;
}

void zc_client_close(zc_client *client) {
  pthread_mutex_lock(&engine.lock);
  for (transfer *t = client->unfinished; t; t = t->client_next) t->cancelled = true;
  if (client->unfinished) {
    engine.cancels = true;
    wake_thread();
  }
  while (client->unfinished) pthread_cond_wait(&engine.finished, &engine.lock);
  zc_client **link = &engine.clients;
  while (*link != client) link = &(*link)->next;
  *link = client->next;
  pthread_mutex_unlock(&engine.lock);

  while (client->news_first) {
    transfer *t = client->news_first;
    client->news_first = t->news_next;
    free(t);
  }
  free(client);
}
