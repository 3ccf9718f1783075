import type { PathLike } from "node:fs";
import { invalidType } from "../core/errors.ts";
import { checkCount, checkFd, checkText } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";
import { madeDescriptor, madeDescriptorAsync } from "./descriptor.ts";

const action = "call openat2";

/** `struct open_how` of openat2(2). */
export interface OpenHow {
  /** O_* of `fs.constants`. Default O_RDONLY; O_CLOEXEC is always set. */
  readonly flags?: number;
  /** Permissions of a new file; with O_CREAT or O_TMPFILE only. Default 0. */
  readonly mode?: number;
  /** RESOLVE_*: where the path may lead. Default 0: anywhere. */
  readonly resolve?: number;
}

/**
 * Opens a file below a directory, with the kernel's word on where its path may lead: with
 * RESOLVE_BENEATH no `..`, link or race takes it out of the directory.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call. Blocks while directories are read; with RESOLVE_CACHED it does not.
 * Opening a FIFO waits for its other end, unless O_NONBLOCK is set.
 *
 * @param dirfd - an open directory; AT_FDCWD for the current one. An absolute `path` does not need it.
 * @param how - flags that the kernel does not know are EINVAL, not ignored.
 * @returns a descriptor that is the caller's to close.
 * @throws {OSError} ENOENT, EACCES, ELOOP, EXDEV (the path leaves what `resolve` allows), EAGAIN
 *   (RESOLVE_CACHED; or a race with a rename), EINVAL, ENOSYS (before Linux 5.6), EPERM (seccomp), …
 * @throws {TypeError} for a path that is no string, Buffer or file URL, and for unknown fields of
 *   `how`. @throws {ValueError} for NUL in the path and negative numbers. openat2(2); Python has none.
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const root = fs.openSync("/etc", fs.constants.O_DIRECTORY);
 * fs.closeSync(os.openat2(root, "passwd", { resolve: os.RESOLVE_BENEATH }));
 * try {
 *   os.openat2(root, "../outside", { resolve: os.RESOLVE_BENEATH });
 * } catch (error) {
 *   console.log((error as NodeJS.ErrnoException).code); // EXDEV
 * }
 * ```
 */
export function openat2(dirfd: number, path: PathLike, how: OpenHow = {}): number {
  const checked = check(dirfd, path, how);
  return madeDescriptor((place) => call("openat2", ...checked, place));
}

/** {@link openat2} off the JavaScript thread, on a duplicate of `dirfd`. */
export async function openat2Async(
  dirfd: number,
  path: PathLike,
  how: OpenHow = {},
): Promise<number> {
  const checked = check(dirfd, path, how);
  return madeDescriptorAsync((place) => callOffThread("openat2", ...checked, place));
}

type Checked = [number, Uint8Array[], number, number, number];

function check(dirfd: unknown, path: unknown, how: unknown): Checked {
  const fd = checkFd(action, "dirfd", dirfd);
  const text = checkText(action, "path", path);
  if (typeof how !== "object" || how === null) {
    throw invalidType(action, "{ flags, mode, resolve }", how);
  }
  const { flags = 0, mode = 0, resolve = 0, ...others } = how as OpenHow;
  // A limit that is misspelt would be none.
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidType(action, "{ flags, mode, resolve }", unknown);
  return [
    fd,
    [text],
    checkCount(action, "flags", flags),
    checkCount(action, "mode", mode),
    checkCount(action, "resolve", resolve),
  ];
}
