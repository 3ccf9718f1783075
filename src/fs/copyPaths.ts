/**
 * The ways from file to file, best first, and how a copy goes down from one to the next.
 *
 *     reflink ──▶ copy_file_range ──▶ sendfile ──▶ read-write
 *     whole file     windows of 8 MiB, from where the one before gave up
 *
 * A way is given up when the kernel says that it is none here (`givesUp`); other errors end the copy. It
 * is also given up when it finds no bytes where there should be some: files of procfs have none for
 * copy_file_range, and only the last way knows for sure.
 */
import fs from "node:fs";
import { promisify } from "node:util";
import { OSError, ZeroCopyError } from "../core/errors.ts";
import type { NativeAddon } from "../native/binding.ts";
import { call, callOffThread } from "../os/call.ts";

/** How bytes came from file to file. */
export type CopyPath = "reflink" | "copy_file_range" | "sendfile" | "read-write";

/** The outcome of a copy. */
export interface CopyResult {
  /** The length of the copy, holes included. */
  readonly bytes: number;
  /** The path most bytes took. */
  readonly path: CopyPath;
  /** Copies per byte in user space and across the kernel boundary. */
  readonly copies: number;
  /** Bytes per path; only when there was more than one. Holes belong to the path that left them. */
  readonly paths?: Readonly<Partial<Record<CopyPath, number>>>;
}

interface CopyRequest {
  readonly addon: NativeAddon | undefined;
  readonly source: number;
  /** Empty, and its position at 0. */
  readonly target: number;
  /** 0 does not mean empty (procfs): it is then read to its end. */
  readonly size: number;
  readonly isSparse: boolean;
  /** Not by read and write. */
  readonly zeroCopyOnly: boolean;
  /** Called after every window; what it throws ends the copy. */
  readonly onWindow: (bytes: number, total: number | undefined) => void;
}

const windowBytes = 8 * 1024 * 1024;
const blockBytes = 1024 * 1024;

const read = promisify(fs.read);
const write = promisify(fs.write);
const ftruncate = promisify(fs.ftruncate);

/** Bytes moved from `at` on, of both files; 0: there are none, or none this way. */
type Way = (copying: Copying, at: number, count: number) => Promise<number>;

const ways: readonly (readonly [CopyPath, Way])[] = [
  ["copy_file_range", byRange],
  ["sendfile", bySendfile],
  ["read-write", byReadWrite],
];

/** One copy of one file. */
export class Copying {
  readonly request: CopyRequest;
  /** Length of the target so far. */
  bytes = 0;
  /** Position of the target, where sendfile writes. */
  position = 0;
  block: Buffer | undefined;
  /** Bytes that were read and written. */
  copied = 0;
  #way: number;
  readonly #paths = new Map<CopyPath, number>();

  constructor(request: CopyRequest) {
    this.request = request;
    this.#way = request.addon ? 0 : ways.length - 1;
  }

  async run(): Promise<CopyResult> {
    if (!(await this.#reflink())) {
      const { size } = this.request;
      if (size === 0) await this.#copy(Infinity);
      else if (this.request.isSparse && this.request.addon) await this.#copySparse(size);
      else await this.#copy(size);
      if (this.bytes < size) throw truncated(this.bytes, size);
    }
    return this.#result();
  }

  async #reflink(): Promise<boolean> {
    const { addon, source, target } = this.request;
    if (!addon) return false;
    try {
      await callOffThread("cloneFile", target, source);
    } catch (error) {
      if (givesUp(error)) return false;
      throw error;
    }
    this.#add("reflink", (await promisify(fs.fstat)(target)).size);
    return true;
  }

  /** From where it is to `end`, or to the end of the file if that comes first. */
  async #copy(end: number): Promise<void> {
    while (this.bytes < end) {
      const [path, way] = ways[this.#way]!;
      const isLast = this.#way === ways.length - 1;
      const count = Math.min(end - this.bytes, windowBytes);
      const moved = await way(this, this.bytes, count).catch((error: unknown) => {
        if (isLast || !givesUp(error)) throw error;
        return 0;
      });
      if (moved > 0) this.#add(path, moved);
      else if (isLast) return;
      else this.#way += 1;
    }
  }

  /** Copies what lies between holes. What was one hole when it was looked at is left out. */
  async #copySparse(size: number): Promise<void> {
    const { source, target } = this.request;
    while (this.bytes < size) {
      const data = await nextData(source, this.bytes, size);
      if (data.start > this.bytes) this.#add(ways[this.#way]![0], data.start - this.bytes);
      const { bytes } = this;
      await this.#copy(data.end);
      if (this.bytes < data.end || (this.bytes === bytes && data.end < size)) break;
    }
    await ftruncate(target, this.bytes);
  }

  #add(path: CopyPath, bytes: number): void {
    this.bytes += bytes;
    this.#paths.set(path, (this.#paths.get(path) ?? 0) + bytes);
    const { size, onWindow } = this.request;
    onWindow(this.bytes, size === 0 ? undefined : size);
  }

  #result(): CopyResult {
    const paths = [...this.#paths].toSorted(([, a], [, b]) => b - a);
    const path = paths[0]?.[0] ?? ways[this.#way]![0];
    const { bytes } = this;
    const result = { bytes, path, copies: bytes === 0 ? 0 : this.copied / bytes };
    return paths.length > 1 ? { ...result, paths: Object.fromEntries(this.#paths) } : result;
  }
}

/** No way from this file to that; says nothing of the disk, or of room on it. */
const kindsOfNo = new Set(["EXDEV", "EINVAL", "ENOTSUP", "ENOSYS", "EPERM", "ENOTTY"]);

function givesUp(error: unknown): boolean {
  return error instanceof OSError && kindsOfNo.has(error.code);
}

function truncated(bytes: number, size: number): ZeroCopyError {
  const text = `Cannot copy a file: wanted ${size} bytes, found that it ends after ${bytes}`;
  return new ZeroCopyError("ERR_FILE_TRUNCATED", text, { bytes });
}

function unavailable(bytes: number): ZeroCopyError {
  const text =
    "Cannot copy a file: wanted a path without copies, found that only read-write is left";
  return new ZeroCopyError("ERR_ZERO_COPY_UNAVAILABLE", text, { bytes });
}

/** Where data lies next: a file system that does not know says that all is data. */
async function nextData(
  source: number,
  from: number,
  size: number,
): Promise<{ start: number; end: number }> {
  try {
    const [start = from, end = size] = (await callOffThread(
      "nextData",
      source,
      from,
    )) as readonly number[];
    return { start: Math.min(start, size), end: Math.min(end, size) };
  } catch (error) {
    if (error instanceof OSError && error.code === "ENXIO") return { start: size, end: size };
    if (givesUp(error)) return { start: from, end: size };
    throw error;
  }
}

async function byRange({ request }: Copying, at: number, count: number): Promise<number> {
  return callOffThread("copyFileRange", request.source, request.target, count, at, at);
}

/** sendfile(2) writes at the position of its target. */
async function bySendfile(copying: Copying, at: number, count: number): Promise<number> {
  const { source, target } = copying.request;
  if (copying.position !== at) call("seek", target, at);
  const moved = await callOffThread("sendfile", target, source, at, count);
  copying.position = at + moved;
  return moved;
}

async function byReadWrite(copying: Copying, at: number, count: number): Promise<number> {
  const { source, target, zeroCopyOnly } = copying.request;
  copying.block ??= Buffer.allocUnsafeSlow(blockBytes);
  const { block } = copying;
  let moved = 0;
  while (moved < count) {
    const wanted = Math.min(count - moved, block.length);
    const { bytesRead } = await read(source, block, 0, wanted, at + moved);
    if (bytesRead === 0) break;
    if (zeroCopyOnly) throw unavailable(at);
    for (let written = 0; written < bytesRead;) {
      const left = bytesRead - written;
      written += (await write(target, block, written, left, at + moved + written)).bytesWritten;
    }
    moved += bytesRead;
  }
  copying.copied += 2 * moved;
  return moved;
}
