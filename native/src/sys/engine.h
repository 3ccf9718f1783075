/*
 * The sender: file to socket transfers on one thread of their own, so that neither a slow reader
 * nor a slow disk is ever waited for on a JavaScript thread.
 *
 *     JavaScript threads (clients)                    the sender thread
 *     zc_engine_start  --- duplicated fds --->   ready -- one window each, in turn --> finished
 *     zc_engine_cancel --- a flag ----------->     ^                |  EAGAIN
 *     zc_client_collect <-- news -------------     +-- EPOLLOUT -- waiting (epoll, one shot)
 *
 * Who owns what
 *   The engine works on duplicates of both descriptors, made inside zc_engine_start. A descriptor
 *   number that the caller closes, and the process uses again, can therefore never redirect bytes.
 *   A duplicate keeps a connection open, so whoever closes the original must cancel the transfer.
 *   A transfer belongs to the sender thread from start until it is finished, then to its client,
 *   which frees it in zc_client_collect.
 *
 * Locks
 *   One mutex guards every list that two threads reach. It is never held across a system call that
 *   can wait. `wake` is called with it held and must not call back into the engine.
 *
 * Fairness
 *   A transfer sends at most ZC_WINDOW_BYTES before the next one has its turn.
 *
 * Not done here
 *   A read from a cold disk blocks the sender thread (never a JavaScript thread), and with it the
 *   other transfers, for as long as the disk needs for one window.
 */
#ifndef ZC_ENGINE_H
#define ZC_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "move.h"

#define ZC_PROGRESS_INTERVAL_MS 50

typedef struct {
  uint64_t id;
  uint64_t sent; /* bytes the socket has accepted so far */
  bool done;
  int error; /* once done: 0, -errno, -ECANCELED or -ZC_ETRUNCATED */
} zc_event;

/* One per JavaScript environment. */
typedef struct zc_client zc_client;

/* `wake` runs on the sender thread when there is something to collect. NULL: out of memory. */
zc_client *zc_client_new(void (*wake)(void *), void *argument);

/*
 * Begins a transfer and writes its id (1 and up, never used twice in a process).
 * 0, or -errno and nothing has happened: EINVAL for a socket that could block, EMFILE, ENOMEM,
 * EAGAIN when the thread cannot be made.
 */
int zc_engine_start(zc_client *client, const zc_request *request, uint64_t *id);

/* Asks for an early end; its last event follows. An unknown or finished id is ignored. */
void zc_engine_cancel(zc_client *client, uint64_t id);

/* Takes up to `capacity` events, at most one per transfer. Fewer than `capacity`: no more left. */
size_t zc_client_collect(zc_client *client, zc_event *events, size_t capacity);

/* Cancels everything, waits until the sender thread has let go, frees the client. */
void zc_client_close(zc_client *client);

#endif
