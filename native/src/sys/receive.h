/*
 * The receiving end of a measurement: takes whole streams and keeps nothing.
 *
 * On one machine the sender pays for waking the receiver, once per segment if the receiver is
 * quick, which no sender over a network does; measured here it was two thirds of the CPU time of a
 * sendfile. So this receiver sleeps until ZC_RECEIVE_BATCH_BYTES have come, as a network card that
 * coalesces its interrupts would let it. It reads into one buffer that it uses again.
 *
 * Threads: any; blocks until the peer has finished.
 */
#ifndef ZC_RECEIVE_H
#define ZC_RECEIVE_H

#include <stddef.h>
#include <stdint.h>

#define ZC_RECEIVE_BATCH_BYTES (256 * 1024)

/*
 * Opens `connections` connections to 127.0.0.1:port and reads each to the end of its stream.
 * Bytes read in all, or -errno.
 */
int64_t zc_receive_all(uint16_t port, uint32_t connections);

#endif
