/*
 * The engine: runs tasks (task.h) off the JavaScript threads, so that neither a slow reader nor a
 * slow disk is ever waited for there.
 *
 *     JavaScript threads (clients)          the sender thread                  the disk pool
 *     zc_engine_start  --- a task ---->   ready -- one window each, in turn --> finished
 *     zc_engine_cancel --- a flag ---->    ^   |  WAIT          | DISK
 *     zc_client_collect <-- news ------    |  epoll, one shot   +---> waits for the disk
 *                                          +---+---------------------------+
 *
 * Who owns what
 *   A task works on descriptors of its own, duplicates of the caller's. A descriptor number that
 * the caller closes, and the process uses again, can therefore never redirect bytes. A duplicate
 * keeps a connection open, so whoever closes the original must cancel the transfer.
 *
 * Fairness
 *   A task moves about ZC_WINDOW_BYTES before the next one has its turn.
 *
 * News
 *   `wake` runs on the sender thread, without a lock, once for all news that have come since the
 *   client collected last. An end is told at once; how far a task has come, once in a while and of
 *   all tasks together.
 *
 * Files: engine.c (clients, ids, news), sender.c (the thread), pool.c, job.h (what they share).
 */
#ifndef ZC_ENGINE_H
#define ZC_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

#define ZC_PROGRESS_INTERVAL_MS 50

typedef struct {
  uint64_t id;
  uint64_t moved; /* bytes so far */
  bool done;
  int error; /* once done: 0, -errno, -ECANCELED or -ZC_ETRUNCATED */
} zc_event;

/* One per JavaScript environment. */
typedef struct zc_client zc_client;

/* `wake` runs on the sender thread when there is something to collect. NULL: out of memory. */
zc_client *zc_client_new(void (*wake)(void *), void *argument);

/*
 * Takes the task over and writes its id (1 and up, never used twice in a process).
 * 0, or -errno, the task then closed: ENOMEM, or what the sender's thread and epoll could not get.
 */
int zc_engine_start(zc_client *client, zc_task *task, uint64_t *id);

/* Asks for an early end; its last event follows. An unknown or finished id is ignored. */
void zc_engine_cancel(zc_client *client, uint64_t id);

/* Takes up to `capacity` events, at most one per task. Fewer than `capacity`: no more left. */
size_t zc_client_collect(zc_client *client, zc_event *events, size_t capacity);

/* Cancels everything, waits until sender and pool have let go, frees the client. */
void zc_client_close(zc_client *client);

#endif
