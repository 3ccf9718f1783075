/* Clients and what they are told. The threads are in sender.c and pool.c. */
#include "engine.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "job.h"

/* Ids are consecutive, so that the remainder spreads them evenly. */
#define BUCKETS 256

struct zc_client {
  void (*wake)(void *);
  void *wake_argument;
  zc_job *unfinished[BUCKETS];
  size_t unfinished_count;
  zc_job *news_first;
  zc_job *news_last;
  zc_client *wake_next;
  bool to_be_woken;
  bool being_woken;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t let_go = PTHREAD_COND_INITIALIZER; /* of some client */
static zc_client *to_be_woken;
static uint64_t last_id;

void zc_jobs_lock(void) { pthread_mutex_lock(&lock); }
void zc_jobs_unlock(void) { pthread_mutex_unlock(&lock); }

/* ---- jobs of a client; the lock is held ---- */

/* The link that leads to the job, or to NULL at the end of its bucket. */
static zc_job **find(zc_client *client, uint64_t id) {
  zc_job **link = &client->unfinished[id % BUCKETS];
  while (*link && (*link)->id != id) link = &(*link)->client_next;
  return link;
}

static void add(zc_client *client, zc_job *job) {
  job->client_next = NULL;
  *find(client, job->id) = job;
  client->unfinished_count++;
}

void zc_job_moved(zc_job *job, uint64_t moved) {
  zc_client *client = job->client;
  job->moved = moved;
  if (job->in_news) return;
  job->in_news = true;
  job->news_next = NULL;
  bool was_empty = !client->news_first;
  if (was_empty) {
    client->news_first = job;
  } else {
    client->news_last->news_next = job;
  }
  client->news_last = job;
  if (!was_empty || client->to_be_woken) return;
  client->to_be_woken = true;
  client->wake_next = to_be_woken;
  to_be_woken = client;
}

void zc_job_finished(zc_job *job, uint64_t moved, int error) {
  *find(job->client, job->id) = job->client_next;
  job->client->unfinished_count--;
  job->done = true;
  job->error = error;
  zc_job_moved(job, moved);
  pthread_cond_broadcast(&let_go);
}

/* SAFETY: zc_client_close waits while its client is on the list or is being woken. */
void zc_wake_clients(void) {
  zc_jobs_lock();
  zc_client *client;
  while ((client = to_be_woken)) {
    to_be_woken = client->wake_next;
    client->to_be_woken = false;
    client->being_woken = true;
    zc_jobs_unlock();
    client->wake(client->wake_argument);
    zc_jobs_lock();
    client->being_woken = false;
    pthread_cond_broadcast(&let_go);
  }
  zc_jobs_unlock();
}

static zc_job *take_news(zc_client *client) {
  zc_job *job = client->news_first;
  if (!job) return NULL;
  client->news_first = job->news_next;
  job->in_news = false;
  return job;
}

/* ---- called by clients ---- */

zc_client *zc_client_new(void (*wake)(void *), void *argument) {
  zc_client *client = calloc(1, sizeof *client);
  if (!client) return NULL;
  client->wake = wake;
  client->wake_argument = argument;
  return client;
}

int zc_engine_start(zc_client *client, zc_task *task, uint64_t *id) {
  zc_job *job = calloc(1, sizeof *job);
  int error = -ENOMEM;
  if (job) {
    job->task = task;
    job->client = client;
    zc_jobs_lock();
    job->id = last_id + 1;
    error = zc_sender_begin(job);
    if (!error) {
      *id = last_id = job->id;
      add(client, job);
    }
    zc_jobs_unlock();
  }
  if (!error) return 0;
  task->kind->close(task);
  free(job);
  return error;
}

void zc_engine_cancel(zc_client *client, uint64_t id) {
  zc_jobs_lock();
  zc_job *job = *find(client, id);
  if (job) zc_sender_cancel(job);
  zc_jobs_unlock();
}

size_t zc_client_collect(zc_client *client, zc_event *events, size_t capacity) {
  size_t count = 0;
  zc_job *job;
  zc_jobs_lock();
  while (count < capacity && (job = take_news(client))) {
    events[count++] =
        (zc_event){.id = job->id, .moved = job->moved, .done = job->done, .error = job->error};
    if (job->done) free(job);
  }
  zc_jobs_unlock();
  return count;
}

void zc_client_close(zc_client *client) {
  zc_jobs_lock();
  for (size_t i = 0; i < BUCKETS; i++) {
    for (zc_job *job = client->unfinished[i]; job; job = job->client_next) zc_sender_cancel(job);
  }
  while (client->unfinished_count > 0 || client->to_be_woken || client->being_woken) {
    pthread_cond_wait(&let_go, &lock);
  }
  zc_job *job;
  while ((job = take_news(client))) free(job);
  zc_jobs_unlock();
  free(client);
}
