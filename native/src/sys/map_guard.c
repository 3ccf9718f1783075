#include "map_guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOTS_PER_BLOCK 128

typedef struct block {
  zc_guarded slots[SLOTS_PER_BLOCK];
  struct block *_Atomic next;
} block;

static block first;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

static pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;
static bool installed;
static struct sigaction before;
static uintptr_t page_size;

_Atomic int32_t zc_guard_faults;

/* In the handler: no lock, no allocation. */
static zc_guarded *find(uintptr_t address) {
  for (block *at = &first; at; at = atomic_load(&at->next)) {
    for (size_t i = 0; i < SLOTS_PER_BLOCK; i++) {
      zc_guarded *slot = &at->slots[i];
      uintptr_t end = atomic_load(&slot->end);
      /* A slot that changes hands meanwhile is not ours: somebody who faults keeps his range. */
      if (address < end && address >= atomic_load(&slot->start) && atomic_load(&slot->end) == end) {
        return slot;
      }
    }
  }
  return NULL;
}

static bool replace_page(void *address) {
  zc_guarded *slot = find((uintptr_t)address);
  if (!slot) return false;
  /* Marked first: whoever reads the zeros can already find out. */
  atomic_store(&slot->faulted, true);
  atomic_fetch_add(&zc_guard_faults, 1);
  void *page = (void *)((uintptr_t)address & ~(page_size - 1));
  /* mmap(2) is a bare system call in every libc. It fails on pages of another size (hugetlbfs). */
  void *zeros = mmap(page, page_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  return zeros == page;
}

static void pass_on(int signal_number, siginfo_t *info, void *context) {
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal_number, info, context);
  } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    /* What was sent by kill(2) may be ignored; a fault may not, and its instruction runs again. */
    bool was_sent = info->si_code <= 0;
    if (was_sent && before.sa_handler == SIG_IGN) return;
    signal(signal_number, SIG_DFL);
    if (was_sent) raise(signal_number);
  } else {
    before.sa_handler(signal_number);
  }
}

/* BUS_ADRERR: no page. A broken memory module (BUS_MCEERR_*) is none of our business. */
static void on_bus_error(int signal_number, siginfo_t *info, void *context) {
  int error = errno;
  bool is_ours = info->si_code == BUS_ADRERR && replace_page(info->si_addr);
  if (!is_ours) pass_on(signal_number, info, context);
  errno = error;
}

int zc_guard_install(void) {
  int error = 0;
  pthread_mutex_lock(&installing);
  if (!installed) {
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    /* Asked for beforehand: the handler may run as soon as it is installed. */
    if (sigaction(SIGBUS, NULL, &before) || sigaction(SIGBUS, &action, NULL)) error = -errno;
    installed = error == 0;
  }
  pthread_mutex_unlock(&installing);
  return error;
}

static zc_guarded *find_free(void) {
  for (block *at = &first;; at = atomic_load(&at->next)) {
    for (size_t i = 0; i < SLOTS_PER_BLOCK; i++) {
      if (atomic_load(&at->slots[i].end) == 0) return &at->slots[i];
    }
    if (!atomic_load(&at->next)) {
      block *more = calloc(1, sizeof *more);
      if (!more) return NULL;
      atomic_store(&at->next, more);
    }
  }
}

zc_guarded *zc_guard_add(void *start, size_t length) {
  pthread_mutex_lock(&writing);
  zc_guarded *slot = find_free();
  if (slot) {
    atomic_store(&slot->faulted, false);
    atomic_store(&slot->start, (uintptr_t)start);
    atomic_store(&slot->end, (uintptr_t)start + length);
  }
  pthread_mutex_unlock(&writing);
  return slot;
}

void zc_guard_remove(zc_guarded *slot) { atomic_store(&slot->end, 0); }

bool zc_guard_faulted(zc_guarded *slot) { return atomic_load(&slot->faulted); }
