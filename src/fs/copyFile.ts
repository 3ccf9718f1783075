import fs from "node:fs";
import { promisify } from "node:util";
import { AbortError, ZeroCopyError, invalidType } from "../core/errors.ts";
import { nativeAddon } from "../native/binding.ts";
import { checkCopyOptions } from "./arguments.ts";
import type { CopyFileOptions } from "./arguments.ts";
import { Copying } from "./copyPaths.ts";
import type { CopyResult } from "./copyPaths.ts";
import { afterBytes, isPath, openFile, safeOpenFlags } from "../os/file.ts";
import type { AnyFile, OpenFile } from "../os/file.ts";

const action = "copy a file";
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = fs.constants;

const fstat = promisify(fs.fstat) as (fd: number, as: { bigint: true }) => Promise<fs.BigIntStats>;
const fchmod = promisify(fs.fchmod);
const ftruncate = promisify(fs.ftruncate);

/**
 * Copies a file to a path, by the best of what the file systems can do: a reflink, by which both
 * share their blocks until one is changed; `copy_file_range(2)`; `sendfile(2)`; or a read and a
 * write. The result says which ran.
 *
 * *Copies:* none in user space or across the kernel boundary by the first three. Without a reflink
 * the kernel copies each page once; by `"read-write"` a byte is copied twice. Holes of a
 * file that is given by path stay holes.
 *
 * *Complexity:* O(1) for a reflink, otherwise O(n), off the JavaScript thread, in windows of 8 MiB.
 *
 * The target gets the contents and the permissions (not set-user-ID and its like) of the source, as by
 * `fs.copyFile`. When it fails, or is aborted, what there is of the target is removed. A file that
 * grows meanwhile is copied to its size of before; one that becomes shorter is an error.
 *
 * @param from - a path, a file descriptor or a `FileHandle`; a regular file. Its position is neither
 *   used nor moved.
 * @param to - a path. What is there is replaced; a link is followed.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ZeroCopyError} ERR_NOT_REGULAR_FILE (directories too), ERR_SAME_FILE, ERR_FILE_TRUNCATED,
 *   ERR_ZERO_COPY_UNAVAILABLE.
 * @throws {AbortError} when `signal` aborts.
 * @throws the error of `open` (ENOENT, EACCES, EEXIST, EISDIR, …), or an {@link OSError} (ENOSPC,
 *   EIO, …) with the `bytes` copied before it.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import { copyFile } from "zerocopy/fs";
 *
 * const folder = fs.mkdtempSync("/tmp/copy-");
 * const { bytes, path, copies } = await copyFile(process.execPath, `${folder}/node`);
 * console.log(`${bytes} bytes by ${path}, ${copies} copies per byte`);
 * fs.rmSync(folder, { recursive: true });
 * ```
 */
export async function copyFile(
  from: AnyFile,
  to: string | URL | Buffer,
  options: CopyFileOptions = {},
): Promise<CopyResult> {
  if (!isPath(to)) throw invalidType(action, "to as a path", to);
  checkCopyOptions(action, options);
  throwIfAborted(options, 0);
  const source = await openFile(from, action, O_RDONLY | safeOpenFlags);
  try {
    const found = await regular(source, from);
    const flags = O_WRONLY | O_CREAT | safeOpenFlags | (options.exclusive ? O_EXCL : 0);
    const target = await openFile(to, action, flags, Number(found.mode & 0o777n));
    try {
      return await replace({ from, file: source, found }, { file: target, path: to }, options);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

interface Source {
  readonly from: AnyFile;
  readonly file: OpenFile;
  readonly found: fs.BigIntStats;
}

interface Target {
  readonly file: OpenFile;
  readonly path: string | URL | Buffer;
}

/** From here on the target is ours to fill, or to remove. */
async function replace(
  { from, file: source, found }: Source,
  target: Target,
  options: CopyFileOptions,
): Promise<CopyResult> {
  const { fd } = target.file;
  const place = await regular(target.file, target.path);
  if (found.dev === place.dev && found.ino === place.ino) {
    const text = `Cannot ${action}: wanted two files, found one${nameOf(target.path)}`;
    throw new ZeroCopyError("ERR_SAME_FILE", text);
  }
  const copying = new Copying({
    addon: nativeAddon(),
    source: source.fd,
    target: fd,
    size: Number(found.size),
    // Looking for holes moves the file position, which is the caller's in a duplicate.
    isSparse: isPath(from) && found.blocks * 512n < found.size,
    zeroCopyOnly: options.require === "zero-copy",
    onWindow(bytes, total) {
      options.onProgress?.({ bytes, total });
      throwIfAborted(options, bytes);
    },
  });
  try {
    await ftruncate(fd);
    await fchmod(fd, Number(found.mode & 0o777n));
    return await copying.run();
  } catch (error) {
    await discard(target, place);
    throw afterBytes(error, copying.bytes);
  }
}

async function regular(file: OpenFile, name: AnyFile): Promise<fs.BigIntStats> {
  const stats = await fstat(file.fd, { bigint: true });
  if (stats.isFile()) return stats;
  const kind = stats.isDirectory() ? "a directory" : "a device, a FIFO or a socket";
  throw new ZeroCopyError(
    "ERR_NOT_REGULAR_FILE",
    `Cannot ${action}: wanted a regular file, found ${kind}${nameOf(name)}`,
  );
}

function nameOf(file: AnyFile): string {
  return typeof file === "string" || file instanceof URL ? ` (${String(file)})` : "";
}

/** Nobody shall take a part for the whole: the part goes, and its name, if that is still its own. */
async function discard({ file, path }: Target, place: fs.BigIntStats): Promise<void> {
  const { lstat, unlink } = fs.promises;
  try {
    await ftruncate(file.fd);
    const named = await lstat(path, { bigint: true });
    if (named.dev === place.dev && named.ino === place.ino) await unlink(path);
  } catch {
    // The error that led here is the one to report.
  }
}

function throwIfAborted({ signal }: CopyFileOptions, bytes: number): void {
  if (signal?.aborted) throw new AbortError(signal.reason, bytes);
}
