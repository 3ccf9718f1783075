/*
 * A thread of this library: detached, alive as long as the process, behind the program's own
 * threads where they want the same processor, and deaf to signals, because a thread that inherits
 * an open signal mask would run Node's handlers.
 *
 * Threads: any.
 */
#ifndef ZC_THREAD_H
#define ZC_THREAD_H

/* 0 or -errno: EAGAIN when there may be no more threads. */
int zc_thread_start(void *(*run)(void *));

#endif
