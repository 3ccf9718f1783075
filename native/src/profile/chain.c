#include "chain.h"

#include <pthread.h>

#include "hash.h"

/* C++ below JavaScript included. */
#define LONGEST 128

/* V8's frame-constants.h: an interpreted frame has its bytecode, and where in it, below these. */
enum { BYTECODE = -4, OFFSET = -5 };

typedef struct {
  uintptr_t pc;
  const uintptr_t *frame;
} link;

zc_chain zc_chain_of_thread(void) {
  zc_chain chain = {0};
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return chain;
  void *start;
  size_t size;
  if (pthread_attr_getstack(&attributes, &start, &size) == 0) {
    chain.start = (uintptr_t)start;
    chain.end = chain.start + size;
  }
  pthread_attr_destroy(&attributes);
  return chain;
}

/* Frames lie further out than `inner`, and whole in the stack. */
static bool is_frame(const zc_chain *chain, uintptr_t frame, uintptr_t inner) {
  return frame > inner && (frame & 7) == 0 && chain->end >= 2 * sizeof(uintptr_t) &&
         frame <= chain->end - 2 * sizeof(uintptr_t);
}

/* False for one that runs on another stack than its thread's: a fiber. */
static bool begin(const zc_chain *chain, const void *pc, const void *frame, link *at) {
  uintptr_t own = (uintptr_t)__builtin_frame_address(0);
  *at = (link){.pc = (uintptr_t)pc, .frame = frame};
  return own >= chain->start && is_frame(chain, (uintptr_t)frame, own);
}

static bool go_on(const zc_chain *chain, link *at) {
  uintptr_t frame = at->frame[0];
  if (!is_frame(chain, frame, (uintptr_t)at->frame)) return false;
  *at = (link){.pc = at->frame[1], .frame = (const uintptr_t *)frame};
  return true;
}

static bool is_interpreted(const zc_chain *chain, uintptr_t pc) {
  for (size_t i = 0; i < chain->interpreter_count; i++) {
    if (chain->interpreters[i] == pc) return true;
  }
  return false;
}

/* As v8::TickSample says it: the offset is a small integer, in the upper half of its word. */
static uintptr_t bytecode_at(const link *at) {
  return at->frame[BYTECODE] + (at->frame[OFFSET] >> 32);
}

uint64_t zc_chain_hash(const zc_chain *chain, const void *pc, const void *frame) {
  link at;
  if (!begin(chain, pc, frame, &at)) return 0;
  uint64_t hash = 1;
  for (size_t i = 0; i < LONGEST; i++) {
    hash = zc_mix(hash, at.pc);
    if (is_interpreted(chain, at.pc)) hash = zc_mix(hash, bytecode_at(&at));
    /* How deep it ends tells it from one that breaks at the same code with more behind it. */
    if (!go_on(chain, &at)) return zc_mix(hash, (uintptr_t)at.frame);
  }
  return 0;
}

bool zc_chain_explains(zc_chain *chain, const void *pc, const void *frame, void *const *named,
                       size_t count) {
  link at;
  size_t found = 0;
  size_t known = chain->interpreter_count;
  if (!begin(chain, pc, frame, &at)) return false;
  do {
    uintptr_t wanted = (uintptr_t)named[found];
    if (wanted == at.pc) {
      found += 1;
    } else if (wanted == bytecode_at(&at)) {
      found += 1;
      if (is_interpreted(chain, at.pc)) continue;
      if (chain->interpreter_count == ZC_INTERPRETERS) return false;
      chain->interpreters[chain->interpreter_count++] = at.pc;
    }
  } while (found < count && go_on(chain, &at));
  return found == count && chain->interpreter_count == known;
}
