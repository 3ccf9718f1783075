/** Flags of the system calls, by the names and values of Linux. Flags of open are in `node:fs`. */

// splice(2)
/** Move pages instead of copying them, if possible; no effect since Linux 2.6.21. */
export const SPLICE_F_MOVE = 1;
/** Do not wait for the pipe: EAGAIN instead. A file or socket at the other end may wait all the same. */
export const SPLICE_F_NONBLOCK = 2;
/** More will follow: a socket does not send a partial segment yet. */
export const SPLICE_F_MORE = 4;

// preadv2(2), pwritev2(2)
/** High priority: poll the device for the end, with O_DIRECT only. */
export const RWF_HIPRI = 1;
/** As if opened with O_DSYNC, for this write. */
export const RWF_DSYNC = 2;
/** As if opened with O_SYNC, for this write. */
export const RWF_SYNC = 4;
/** Do not wait for the disk: EAGAIN instead, or as many bytes as are in the page cache. */
export const RWF_NOWAIT = 8;
/** Append, wherever `offset` points. */
export const RWF_APPEND = 16;

// posix_fadvise(2)
export const POSIX_FADV_NORMAL = 0;
export const POSIX_FADV_RANDOM = 1;
export const POSIX_FADV_SEQUENTIAL = 2;
export const POSIX_FADV_WILLNEED = 3;
export const POSIX_FADV_DONTNEED = 4;
export const POSIX_FADV_NOREUSE = 5;

// memfd_create(2)
/** Always set: nothing made here is inherited by accident. */
export const MFD_CLOEXEC = 1;
export const MFD_ALLOW_SEALING = 2;
export const MFD_HUGETLB = 4;

// openat2(2)
/** Paths are relative to the current directory. */
export const AT_FDCWD = -100;
/** Do not cross mount points: EXDEV. */
export const RESOLVE_NO_XDEV = 0x01;
/** No links of /proc that jump: ELOOP. */
export const RESOLVE_NO_MAGICLINKS = 0x02;
/** No symbolic links at all: ELOOP. */
export const RESOLVE_NO_SYMLINKS = 0x04;
/** Never leave the tree below `dirfd`, by `..`, links or absolute paths: EXDEV. */
export const RESOLVE_BENEATH = 0x08;
/** `dirfd` is the root: `..` and absolute paths stay within it. */
export const RESOLVE_IN_ROOT = 0x10;
/** Only what the kernel's caches know: EAGAIN instead of asking the disk. Linux 5.12. */
export const RESOLVE_CACHED = 0x20;
