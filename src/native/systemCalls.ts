/**
 * The system calls of `zerocopy.node` that are one row of its table each (native/src/binding/os.c):
 * every one is there twice, on this thread and off it. A result below zero is `-errno`.
 *
 * Memory is windows: Uint8Arrays of which nobody else may take the memory away before the call is
 * over. Text is one window that ends with NUL. `place` is -1, or an open descriptor that becomes the
 * new one.
 */
type Windows = readonly Uint8Array[];

export interface SystemCalls {
  sendfile(outFd: number, inFd: number, offset: number | null, count: number): number;
  splice(
    src: number,
    dst: number,
    count: number,
    offsetSrc: number | null,
    offsetDst: number | null,
    flags: number,
  ): number;
  copyFileRange(
    src: number,
    dst: number,
    count: number,
    offsetSrc: number | null,
    offsetDst: number | null,
  ): number;
  readv(fd: number, windows: Windows): number;
  writev(fd: number, windows: Windows): number;
  preadv(fd: number, windows: Windows, offset: number, flags: number): number;
  pwritev(fd: number, windows: Windows, offset: number, flags: number): number;
  memfdCreate(name: Windows, flags: number, place: number): number;
  openat2(
    dirFd: number,
    path: Windows,
    flags: number,
    mode: number,
    resolve: number,
    place: number,
  ): number;
  /** A regular file or directory, to be read; -ENXIO for anything else, which is not opened. */
  openFile(dirFd: number, path: Windows, resolve: number, place: number): number;
  /** 1 for a file system that answers out of this machine's memory, 2 for one that may ask a server. */
  findStorage(fd: number): number;
  fadvise(fd: number, offset: number, length: number, advice: number): number;
  /** [cache, dirty, writeback, evicted, recentlyEvicted], in pages. */
  cachestat(fd: number, offset: number, length: number): number | readonly number[];
  /** FICLONE: both files share all blocks. */
  cloneFile(outFd: number, inFd: number): number;
  /** [start, end] of the first data at or behind `offset`; -ENXIO without. Moves the position. */
  nextData(fd: number, offset: number): number | readonly number[];
  /** Sets the file position. */
  seek(fd: number, offset: number): number;
}

/**
 * The same, on libuv's pool: promises of the result, or `-errno` at once. Works on duplicates of the
 * descriptors, made before it returns.
 */
export type OffThread<Calls> = {
  readonly [Name in keyof Calls & string as `${Name}Async`]: Calls[Name] extends (
    ...args: infer Arguments
  ) => infer Result
    ? (...args: Arguments) => Promise<Result> | number
    : never;
};
