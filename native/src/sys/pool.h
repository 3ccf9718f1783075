/*
 * A few threads that may wait for a disk, so that neither a JavaScript thread nor the sender has
 * to. Not libuv's: there four slow reads stop every `fs`, `dns` and `crypto` call of the process.
 *
 * Threads are made when there is more work than sleepers, ZC_POOL_THREADS at most, and sleep when
 * there is none. Work runs in the order it was handed in.
 *
 * Threads: every function may be called from any.
 */
#ifndef ZC_POOL_H
#define ZC_POOL_H

#include <stdbool.h>

#define ZC_POOL_THREADS 4

/* A part of whatever is to be worked on. The pool's from submit until `run` begins. */
typedef struct zc_pool_work zc_pool_work;
struct zc_pool_work {
  zc_pool_work *next;
  void (*run)(zc_pool_work *work); /* on a thread of the pool */
};

/* 0, or -errno when there is no thread and none can be made: the work will not be run. */
int zc_pool_submit(zc_pool_work *work);

/* True when the work had not begun; it will not be run. */
bool zc_pool_withdraw(zc_pool_work *work);

#endif
