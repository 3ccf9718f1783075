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
#include "threads.h"

#define ZC_FRAMES 64

/* Where V8 was (its StateTag), or: */
#define ZC_STATE_NO_JOURNAL 255    /* the thread took no stacks: none of JavaScript, or not yet */
#define ZC_STATE_OTHER_ISOLATE 254 /* it ran another isolate than the one whose stacks it takes */

/* Where a hook was called. */
typedef struct {
  void *caller; /* the instruction behind the call */
  void *frame;  /* the frame pointer of the caller, if it keeps one */
  void *stack;  /* below the caller's frame */
  void *key;    /* what the stack is kept under: `caller`, or the number of an operation */
} zc_place;

/* A frame: of code that V8 has told of, or an address of the program itself. */
typedef struct {
  uint32_t code;    /* id, or 0 */
  int32_t position; /* as zc_code_places says */
  uint64_t address; /* when `code` is 0 */
} zc_frame;

typedef struct {
  uint32_t call;
  uint32_t thread; /* index of the record */
  uint32_t state;  /* V8's, see v8.h */
  uint32_t frames;
  uint64_t caller;   /* `key` of its place */
  uint64_t callback; /* C++ that JavaScript has called, or 0 */
  uint64_t samples;
  double bytes; /* estimated */
  double variance;
  double sampled; /* bytes of the samples themselves */
  const zc_frame *frame;
} zc_stack;

uint64_t zc_journal_clock_ms(void);

/* For hooks. Says whether there is little room for more. */
bool zc_journal_sample(zc_thread *self, zc_call call, size_t bytes, const zc_place *place);

/* From now on this thread of JavaScript takes stacks. NULL without memory or without V8. */
struct zc_journal *zc_journal_open(void);

/* The end of this thread: what it has recorded stays. */
void zc_journal_close(struct zc_journal *journal);

/* Settles what this thread has sampled, and what threads without JavaScript have. */
void zc_journal_settle(void);

/* Forgets all stacks. Code stays known. */
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

#endif
