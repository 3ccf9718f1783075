#include "threads.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static zc_thread records[ZC_THREAD_RECORDS];
static atomic_uint taken;

/*
 * initial-exec: reached by one instruction and never allocated, where the default would call the
 * dynamic linker, which may call malloc, from inside memcpy. It takes a pointer out of the small
 * room that the linker keeps for libraries loaded late.
 */
static _Thread_local zc_thread *self __attribute__((tls_model("initial-exec")));

static zc_thread *take_record(void) {
  uint32_t index = atomic_fetch_add_explicit(&taken, 1, memory_order_relaxed);
  bool is_last = index >= ZC_THREAD_RECORDS - 1;
  zc_thread *thread = &records[is_last ? ZC_THREAD_RECORDS - 1 : index];
  thread->is_shared = is_last;
  atomic_store_explicit(&thread->tid, is_last ? -1 : (int)syscall(SYS_gettid),
                        memory_order_release);
  self = thread;
  return thread;
}

zc_thread *zc_thread_self(void) {
  zc_thread *thread = self;
  return __builtin_expect(thread != NULL, 1) ? thread : take_record();
}

zc_thread *zc_thread_at(uint32_t index) {
  if (index >= ZC_THREAD_RECORDS) return NULL;
  zc_thread *thread = &records[index];
  return atomic_load_explicit(&thread->tid, memory_order_acquire) == 0 ? NULL : thread;
}

uint32_t zc_thread_index(const zc_thread *thread) { return (uint32_t)(thread - records); }

void zc_thread_disown(zc_thread *self, bool crossings_too) {
  for (size_t call = 0; call < ZC_CALLS; call++) {
    bool is_user = ZC_IS_USER_CALL(call);
    if (!is_user && !crossings_too) continue;
    uint64_t calls = atomic_exchange(&self->calls[call], 0);
    uint64_t bytes = atomic_exchange(&self->bytes[call], 0);
    if (!is_user) continue;
    atomic_fetch_add(&self->moved_calls, calls);
    atomic_fetch_add(&self->moved_bytes, bytes);
  }
}

void zc_threads_reset(void) {
  for (uint32_t i = 0; i < ZC_THREAD_RECORDS; i++) {
    zc_thread *thread = &records[i];
    for (size_t call = 0; call < ZC_CALLS; call++) {
      atomic_store_explicit(&thread->calls[call], 0, memory_order_relaxed);
      atomic_store_explicit(&thread->bytes[call], 0, memory_order_relaxed);
    }
    atomic_store_explicit(&thread->moved_calls, 0, memory_order_relaxed);
    atomic_store_explicit(&thread->moved_bytes, 0, memory_order_relaxed);
  }
}
