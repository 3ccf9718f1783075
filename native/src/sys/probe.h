/*
 * Does a kernel path work here? Each probe does the real thing on a small scale (a byte of this
 * process's own executable, over a loopback connection), because a kernel version does not say what
 * a container's seccomp filter allows. Returns 0 or -errno and leaves nothing behind.
 *
 * Threads: any; may take a millisecond.
 */
#ifndef ZC_PROBE_H
#define ZC_PROBE_H

int zc_probe_sendfile_tcp(void);
int zc_probe_sendfile_unix(void);
int zc_probe_splice_tcp(void);
int zc_probe_map(void);
int zc_probe_cachestat(void);

#endif
