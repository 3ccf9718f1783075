/*
 * A task under way, as the sender (sender.c) and its client (engine.c) see it. Internal to the two.
 *
 * One lock guards what more than one thread reaches; it is never held across a system call that can
 * wait. A job belongs to the sender from zc_sender_begin until it calls zc_job_finished, then to
 * its client.
 */
#ifndef ZC_JOB_H
#define ZC_JOB_H

#include <stdatomic.h>
#include <stdbool.h>

#include "engine.h"
#include "pool.h"
#include "task.h"

typedef struct zc_job zc_job;

typedef enum {
  ZC_JOB_NEW,     /* in the inbox only */
  ZC_JOB_READY,   /* in the sender's queue */
  ZC_JOB_WAITING, /* for a descriptor, in epoll */
  ZC_JOB_ON_DISK, /* with the pool */
  ZC_JOB_BACK     /* from the pool, in the inbox */
} zc_job_place;

struct zc_job {
  zc_pool_work disk; /* first: the pool hands it back as the job */
  zc_task *task;
  atomic_bool cancelled;

  /* The sender's own. */
  zc_job *ready_next;
  zc_job_place place;
  int watched_fd; /* what epoll knows of it, or -1 */
  int64_t told_at_ms;

  bool has_answer; /* the pool has done this turn's work, and says: */
  zc_task_state answer;

  /* Under the lock: the sender's inbox. */
  zc_job *inbox_next;
  bool in_inbox;

  /* Under the lock: the client's. */
  zc_client *client;
  zc_job *client_next;
  zc_job *news_next;
  uint64_t id;
  uint64_t moved;
  bool in_news;
  bool done;
  int error;
};

void zc_jobs_lock(void);
void zc_jobs_unlock(void);

/* ---- sender.c, called with the lock held ---- */

/* 0, or -errno when there is no thread and none can be made. */
int zc_sender_begin(zc_job *job);
void zc_sender_cancel(zc_job *job);

/* ---- engine.c, called by the sender with the lock held ---- */

/* News for the client, of which it hears with the next zc_wake_clients. */
void zc_job_moved(zc_job *job, uint64_t moved);
/* The same, and the last: the job is the client's from here on. Its task has been closed. */
void zc_job_finished(zc_job *job, uint64_t moved, int error);

/* ---- engine.c, called by the sender without the lock ---- */

/*
 * Not with the lock held: whoever is woken wants it, and on a busy machine would run at once, only
 * to wait for a thread that it has displaced.
 */
void zc_wake_clients(void);

#endif
