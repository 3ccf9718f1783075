/*
 * The sender thread: turns, epoll, and the way to the disk pool and back.
 *
 *     begin, cancel, back from the pool ──▶ inbox ──▶ ready ── one step each, in turn ──▶ finished
 *                                                      ▲   │ WAIT              │ DISK
 *                                                      └── epoll, one shot     └──▶ pool ──▶ inbox
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "job.h"
#include "syscalls.h"
#include "thread.h"

#define EVENTS_PER_WAIT 64
/* So long a busy sender keeps what it has to tell of progress, to tell of more at once. */
#define GATHER_MS 10

typedef struct {
  zc_job *first;
  zc_job *last;
} ready_queue;

/* Process-wide on purpose: one thread serves every environment of the process. */
static struct {
  int epoll_fd;
  int wake_fd;
  bool running;
  zc_job *inbox_first; /* under the lock of the jobs */
  zc_job *inbox_last;
  ready_queue ready;       /* from here on: the thread's own */
  int64_t untold_since_ms; /* clients have news and have not been woken; 0: they know all */
} sender = {.epoll_fd = -1, .wake_fd = -1};

static void push_ready(zc_job *job) {
  job->place = ZC_JOB_READY;
  job->ready_next = NULL;
  if (sender.ready.last) {
    sender.ready.last->ready_next = job;
  } else {
    sender.ready.first = job;
  }
  sender.ready.last = job;
}

static zc_job *pop_ready(void) {
  zc_job *job = sender.ready.first;
  if (!job) return NULL;
  sender.ready.first = job->ready_next;
  if (!sender.ready.first) sender.ready.last = NULL;
  return job;
}

/* ---- the inbox; the lock is held ---- */

static void post(zc_job *job) {
  if (job->in_inbox) return;
  job->in_inbox = true;
  job->inbox_next = NULL;
  bool was_empty = !sender.inbox_first;
  if (was_empty) {
    sender.inbox_first = job;
  } else {
    sender.inbox_last->inbox_next = job;
  }
  sender.inbox_last = job;
  if (!was_empty) return; /* the thread is being woken already */
  uint64_t one = 1;
  ssize_t written = write(sender.wake_fd, &one, sizeof one);
  (void)written;
}

/* A job that ends while somebody cancels it. */
static void leave_inbox(zc_job *job) {
  zc_job *previous = NULL;
  if (!job->in_inbox) return;
  for (zc_job *at = sender.inbox_first; at != job; at = at->inbox_next) previous = at;
  if (previous) {
    previous->inbox_next = job->inbox_next;
  } else {
    sender.inbox_first = job->inbox_next;
  }
  if (sender.inbox_last == job) sender.inbox_last = previous;
  job->in_inbox = false;
}

/* Whatever has to be done about a job is done in its turn, which this gives it if it has none. */
static void take_in(zc_job *job) {
  switch (job->place) {
    case ZC_JOB_NEW:
    case ZC_JOB_BACK:
      push_ready(job);
      break;
    case ZC_JOB_WAITING:
      if (atomic_load(&job->cancelled)) push_ready(job);
      break;
    case ZC_JOB_ON_DISK:
      if (atomic_load(&job->cancelled) && zc_pool_withdraw(&job->disk)) push_ready(job);
      break;
    case ZC_JOB_READY:
      break;
  }
}

static void take_inbox(void) {
  zc_jobs_lock();
  for (zc_job *job = sender.inbox_first; job; job = job->inbox_next) {
    job->in_inbox = false;
    take_in(job);
  }
  sender.inbox_first = sender.inbox_last = NULL;
  zc_jobs_unlock();
}

/* ---- one turn of a job; sender thread, no lock ---- */

static void wake_clients(void) {
  sender.untold_since_ms = 0;
  zc_wake_clients();
}

static void finish(zc_job *job, int error) {
  zc_task *task = job->task;
  uint64_t moved = task->moved;
  /*
   * The original descriptor keeps the socket alive after our duplicate is closed, and with it an
   * epoll entry that points to freed memory. So: out of epoll first, then close.
   */
  if (job->watched_fd >= 0) epoll_ctl(sender.epoll_fd, EPOLL_CTL_DEL, job->watched_fd, NULL);
  task->kind->close(task);
  zc_jobs_lock();
  leave_inbox(job);
  zc_job_finished(job, moved, error);
  zc_jobs_unlock();
  wake_clients();
}

static int watch(zc_job *job) {
  int fd = job->task->wait_fd;
  struct epoll_event event = {.events = job->task->wait_for | EPOLLONESHOT, .data.ptr = job};
  if (job->watched_fd >= 0 && job->watched_fd != fd) {
    epoll_ctl(sender.epoll_fd, EPOLL_CTL_DEL, job->watched_fd, NULL);
    job->watched_fd = -1;
  }
  int operation = job->watched_fd == fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(sender.epoll_fd, operation, fd, &event) < 0) return -errno;
  job->watched_fd = fd;
  return 0;
}

/* Pool thread. */
static void run_on_disk(zc_pool_work *work) {
  zc_job *job = (zc_job *)work;
  zc_task_state answer = ZC_TASK_MORE; /* a cancelled one ends in its turn */
  if (!atomic_load(&job->cancelled)) answer = job->task->kind->disk(job->task);
  zc_jobs_lock();
  job->answer = answer;
  job->has_answer = true;
  job->place = ZC_JOB_BACK;
  post(job);
  zc_jobs_unlock();
}

/* All jobs at the same beats, so that one wake tells of them all. The first beat may be near. */
static void tell_now_and_then(zc_job *job) {
  int64_t now = zc_now_ms();
  uint64_t moved = job->task->moved;
  bool beat = now / ZC_PROGRESS_INTERVAL_MS != job->told_at_ms / ZC_PROGRESS_INTERVAL_MS;
  if (!beat || now - job->told_at_ms < ZC_PROGRESS_INTERVAL_MS / 2 || moved == job->moved) return;
  job->told_at_ms = now;
  zc_jobs_lock();
  zc_job_moved(job, moved);
  zc_jobs_unlock();
  if (!sender.untold_since_ms) sender.untold_since_ms = now;
}

static void wake_clients_in_time(void) {
  if (!sender.untold_since_ms) return;
  bool busy = sender.ready.first;
  if (!busy || zc_now_ms() - sender.untold_since_ms >= GATHER_MS) wake_clients();
}

static zc_task_state step(zc_job *job) {
  if (!job->has_answer) return job->task->kind->step(job->task);
  job->has_answer = false;
  return job->answer;
}

static bool is_over(const zc_job *job) { return job->has_answer && job->answer == ZC_TASK_DONE; }

static void take_turn(zc_job *job) {
  if (atomic_load(&job->cancelled) && !is_over(job)) {
    finish(job, -ECANCELED);
    return;
  }
  zc_task_state state = step(job);
  if (state == ZC_TASK_DONE) {
    finish(job, job->task->error);
    return;
  }
  tell_now_and_then(job);
  if (state == ZC_TASK_MORE) {
    push_ready(job);
    return;
  }
  bool on_disk = state == ZC_TASK_DISK;
  job->place = on_disk ? ZC_JOB_ON_DISK : ZC_JOB_WAITING;
  int error = on_disk ? zc_pool_submit(&job->disk) : watch(job);
  if (error) finish(job, error);
}

static void wait_for_events(void) {
  struct epoll_event events[EVENTS_PER_WAIT];
  int timeout = sender.ready.first ? 0 : -1;
  int count = epoll_wait(sender.epoll_fd, events, EVENTS_PER_WAIT, timeout);
  for (int i = 0; i < count; i++) {
    zc_job *job = events[i].data.ptr;
    if (!job) {
      uint64_t ignored;
      ssize_t got = read(sender.wake_fd, &ignored, sizeof ignored);
      (void)got;
    } else if (job->place == ZC_JOB_WAITING) {
      push_ready(job);
    }
  }
}

static void *thread_main(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "zerocopy-sender"); /* for top, perf and debuggers */
  for (;;) {
    take_inbox();
    /* One turn for each job that is ready now; those pushed meanwhile come next time. */
    zc_job *last = sender.ready.last;
    zc_job *job;
    while (last && (job = pop_ready())) {
      bool was_last = job == last;
      take_turn(job);
      if (was_last) break;
    }
    wake_clients_in_time();
    wait_for_events();
  }
  return NULL;
}

/* ---- called with the lock held ---- */

/* The thread lives as long as the process: it sleeps when there is no work. */
static int ensure_running(void) {
  if (sender.running) return 0;
  int error = 0;
  sender.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  sender.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (sender.epoll_fd < 0 || sender.wake_fd < 0 ||
      epoll_ctl(sender.epoll_fd, EPOLL_CTL_ADD, sender.wake_fd, &event) < 0) {
    error = -errno;
  } else {
    error = zc_thread_start(thread_main);
  }
  if (error) {
    zc_close(sender.epoll_fd);
    zc_close(sender.wake_fd);
    return error;
  }
  sender.running = true;
  return 0;
}

int zc_sender_begin(zc_job *job) {
  int error = ensure_running();
  if (error) return error;
  job->place = ZC_JOB_NEW;
  job->watched_fd = -1;
  job->disk.run = run_on_disk;
  job->told_at_ms = zc_now_ms();
  post(job);
  return 0;
}

void zc_sender_cancel(zc_job *job) {
  atomic_store(&job->cancelled, true);
  post(job);
}
