#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

int zc_thread_start(void *(*run)(void *)) {
  sigset_t all;
  sigset_t before;
  pthread_t thread;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, NULL, run, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (error) return -error;
  pthread_detach(thread);
  return 0;
}
