#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>

/*
 * What the program's threads have to do is short, and somebody waits for it; what these have is
 * long. So where there is one processor for both, these go behind: 36 parts in 1,060 of it are left
 * to them while the program wants it all, and everything else whenever it sleeps.
 */
enum { nice_value = 15 };

/* A pointer to a function on its way through one to void, for which C has no conversion. */
typedef union {
  void *(*run)(void *);
  void *pointer;
} thread_body;

static void *thread_main(void *pointer) {
  thread_body body = {.pointer = pointer};
  (void)setpriority(PRIO_PROCESS, 0, nice_value); /* of this thread alone: setpriority(2), BUGS */
  return body.run(NULL);
}

int zc_thread_start(void *(*run)(void *)) {
  sigset_t all;
  sigset_t before;
  pthread_t thread;
  thread_body body = {.run = run};
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, NULL, thread_main, body.pointer);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (error) return -error;
  pthread_detach(thread);
  return 0;
}
