/* A client of the engine that a test can wait on, as a JavaScript thread does. */
#ifndef ZC_INBOX_H
#define ZC_INBOX_H

#include <semaphore.h>

#include "../src/sys/engine.h"
#include "../src/sys/move.h"
#include "check.h"

#define INBOX_CAPACITY 16

typedef struct {
  zc_client *client;
  sem_t news;
  zc_event events[INBOX_CAPACITY];
  size_t count;
  size_t taken;
} inbox;

void inbox_open(inbox *box);
void inbox_close(inbox *box);

/* The next event of any transfer; ends the run when none comes for a minute. */
zc_event inbox_next(inbox *box);
/* Skips events until one says done. Checks that it belongs to `id` (0: to any). */
zc_event inbox_done(inbox *box, uint64_t id);

/* Starts a transfer; 0 or -errno. */
int inbox_try(inbox *box, zc_request request, uint64_t *id);
/* Starts a task of any kind, which must start. */
uint64_t inbox_run(inbox *box, zc_task *task);
/* Starts one that must start. */
uint64_t inbox_start(inbox *box, zc_request request);

#endif
