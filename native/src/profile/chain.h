/*
 * A stack that was walked before is recognised without V8, to which a frame costs some 800
 * instructions: by the chain of frame pointers, which V8's code keeps, and Node's C++ too.
 *
 *     return addresses, and of interpreted frames where in the bytecode  ──▶  hash
 *
 * What V8 says of a stack follows from these as long as no code is moved, once it was seen that it
 * names nothing else. Where C keeps no frame pointers the chain breaks: then nothing is recognised.
 *
 * SAFETY: reads this thread's own stack only, outward from the frame that is given.
 */
#ifndef ZC_CHAIN_H
#define ZC_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZC_INTERPRETERS 8

typedef struct {
  uintptr_t start; /* of the stack's memory: its lowest address, and behind its highest */
  uintptr_t end;
  /* Where interpreted frames go on: the entry to the interpreter, and some of its handlers. */
  uintptr_t interpreters[ZC_INTERPRETERS];
  size_t interpreter_count;
} zc_chain;

/* That of this thread, of which no interpreter is known yet. Allocates. */
zc_chain zc_chain_of_thread(void);

/* Of the frames from `frame` outward, whose code goes on at `pc`; 0 where there are too many. */
uint64_t zc_chain_hash(const zc_chain *chain, const void *pc, const void *frame);

/*
 * Whether the chain has all that V8 names, so that its hash stands for it. What it needed to know
 * of interpreters and did not is learned: then it answers false, and the next hash is another.
 */
bool zc_chain_explains(zc_chain *chain, const void *pc, const void *frame, void *const *named,
                       size_t count);

#endif
