/*
 * The head of an HTTP message and the file that is its body, together and at once: on the caller's
 * thread, and only by what can wait for nothing.
 *
 *     none      one sendmsg(2) of the head
 *     short     preadv2(RWF_NOWAIT), then one sendmsg(2) of head and body
 *     longer    sendmsg(2) of the head with MSG_MORE, then sendfile(2) of what is resident
 *
 * Whatever is left, somebody else sends. SAFETY: no duplicates, because nothing else runs on this
 * thread meanwhile that could close a descriptor.
 */
#ifndef ZC_REPLY_H
#define ZC_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "move.h"

/* The longest body that is copied behind its head. */
#define ZC_REPLY_COPIED_BYTES ((uint64_t)64 << 10)

typedef struct {
  zc_request file; /* `count` bytes of it are the body; sent by sendfile(2) */
  const char *head;
  size_t head_length;
  uint64_t copied_below; /* bodies shorter than this are copied, up to ZC_REPLY_COPIED_BYTES */
} zc_reply;

/*
 * Bytes sent, of head and body together, and what has ended that early: 0 or -errno. Nothing is
 * sent when the beginning of the body could have to wait for a disk or a server.
 */
zc_begun zc_reply_at_once(const zc_reply *reply);

#endif
