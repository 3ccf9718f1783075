/*
 * Samples, from the moment they are taken until somebody reads the profile.
 *
 *     hook ──▶ ring of raw stacks (addresses)    journal, one per JavaScript thread
 *                 │ settle: before every garbage collection, from a timer, at the end
 *                 ▼
 *              table of stacks (code and position), weights added up
 *
 * Addresses mean something only until the next collection, which moves and frees code: settling
 * happens before each. Threads without JavaScript share one ring, with the address of the caller.
 *
 * The ring is written by its own thread only, in hooks, and settled by its own thread only; so it
 * needs no lock. Everything behind it is under the lock of the journal.
 */
#ifndef ZC_JOURNAL_H
#define ZC_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calls.h"
#include "code.h"
#include "origins.h"
#include "stacks.h"
#include "threads.h"

#define ZC_FRAMES 64
#define ZC_START_FRAMES 32

/* Where V8 was (its StateTag), or: */
#define ZC_STATE_NO_JOURNAL 255    /* the thread took no stacks: none of JavaScript, or not yet */
#define ZC_STATE_OTHER_ISOLATE 254 /* it ran another isolate than the one whose stacks it takes */

/* Where a hook was called. */
typedef struct {
  void *caller; /* the instruction behind the call */
  void *frame;  /* the frame pointer of the caller, if it keeps one */
  void *stack;  /* below the caller's frame */
  void *key;    /* what the stack is kept under: `caller`, or the number of an operation */
  int fd;       /* what the kernel was asked to read or write; -1 for copies in user space */
} zc_place;

uint64_t zc_journal_clock_ms(void);

/* For hooks. Says whether there is little room for more. */
bool zc_journal_sample(zc_thread *self, zc_call call, size_t bytes, const zc_place *place);

/*
 * From now on this thread of JavaScript takes stacks. `loop`: that of libuv, which tells whose the
 * tasks of its thread pool are. `is_first`: nothing of the program has run on it. NULL without
 * memory or without V8.
 */
struct zc_journal *zc_journal_open(const void *loop, bool is_first);

/* The end of this thread: what it has recorded stays. */
void zc_journal_close(struct zc_journal *journal);

/* Settles what this thread has sampled, and what threads without JavaScript have. */
void zc_journal_settle(void);

/*
 * Origins: which stack has started the operation that a sample belongs to. All of the journal's own
 * thread, called by JavaScript.
 *
 * find:     where Node keeps the id of what runs, which is `id` now, triggered by `trigger`.
 * follow:   from now on samples have one; `recent` as in origins.h, or NULL to end it.
 * kind:     the number of a kind of operation.
 * start:    the number of the stack at `place` as one that starts a `kind`; 0 without JavaScript.
 * remember: the operation `id` was started there; 0 forgets it.
 * recall:   where it was, or 0.
 */
bool zc_journal_find(struct zc_journal *journal, double id, double trigger);
void zc_journal_follow(struct zc_journal *journal, const uint32_t *recent, size_t count);
uint32_t zc_journal_kind(struct zc_journal *journal, const char *name);
uint32_t zc_journal_start(struct zc_journal *journal, uint32_t kind, const zc_place *place);
void zc_journal_remember(struct zc_journal *journal, uint64_t id, uint32_t origin);
uint32_t zc_journal_recall(const struct zc_journal *journal, double id);

/* Forgets all stacks. Code stays known, and origins. */
void zc_journals_reset(void);

/* Samples that found no room. */
uint64_t zc_journals_lost(void);

typedef struct {
  uint32_t id;
  const char *name;
} zc_named;

/*
 * All stacks, in an array that the caller frees; what its frames point at stays until the next
 * reset. And the names of all code that they name, which stay for good.
 */
size_t zc_journals_stacks(zc_stack **stacks);
size_t zc_journals_names(zc_named **names);

/* The name of one of them, or NULL. */
const char *zc_journals_name(uint32_t id);

/* The stacks that have started something, by number less 1. `call` is the kind. As above. */
size_t zc_journals_origins(zc_stack **stacks);

#endif
