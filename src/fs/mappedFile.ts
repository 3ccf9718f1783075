/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `MappedFile`: the view over a whole mapping, which can also end it. Parts of it are plain views.
 *
 *     MappedFile ── Mapping ── pages of the file
 *        │ subarray, cast, …
 *     MemoryView                ends with the mapping
 */
import { BufferError, invalidType, notConstructible } from "../core/errors.ts";
import { dispose } from "../core/foreign.ts";
import { MemoryView, byteLayout } from "../core/memoryview.ts";
import { Storage } from "../core/storage.ts";
import { READONLY, RELEASED, checkAlive } from "../core/view.ts";
import type { MapAdvice } from "./advice.ts";
import type { MappedMemory } from "./mappedMemory.ts";

/** A mapped file as a MemoryView of bytes. Made by `mapFile`. */
export class MappedFile extends MemoryView<"B"> {
  /** @internal */
  readonly _memory: MappedMemory;

  /** @internal */
  static _of(memory: MappedMemory): MappedFile {
    const { mapping, access, skip, length } = memory;
    const readonly = access === "read";
    const storage =
      mapping?.window(0, skip + length, { readonly, owns: true, skip }) ??
      new Storage(undefined, new Uint8Array(0), { readonly });
    return new MappedFile(storage, memory);
  }

  private constructor(storage: Storage, memory: MappedMemory) {
    if (!(storage instanceof Storage)) throw notConstructible("a MappedFile", "mapFile(file)");
    super(storage, 0, memory.length, 1, byteLayout(), storage.readonly ? READONLY : 0, null);
    storage.owner = this;
    this._memory = memory;
  }

  /**
   * Writes what was changed to the file; resolves when the disk has it. Off-thread; the memory cannot
   * be unmapped meanwhile. Without `flush` the kernel does so some time later.
   *
   * *Copies:* none. *Complexity:* the changed pages.
   *
   * @param offset - in bytes; whole pages around the range are written.
   * @throws {TypeError} unless access is `"write"`.
   * @throws {ValueError} for a range outside, or after `unmap`.
   * @throws {OSError} of msync(2): EIO, ENOSPC. @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  async flush(offset?: number, length?: number): Promise<void> {
    return this._memory.flush(offset, length);
  }

  /**
   * Says how the pages will be used from now on, and returns at once: madvise(2).
   *
   * *Copies:* none. *Complexity:* one system call.
   *
   * @throws {ValueError} for other advice, a range outside, or after `unmap`.
   * @throws {OSError} EINVAL where the kernel or the file system does not know it.
   * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  madvise(advice: MapAdvice, offset?: number, length?: number): void {
    this._memory.advise(advice, offset, length);
  }

  /**
   * Reads pages in, off-thread, so that touching them does not wait for the disk while there is memory
   * to keep them: madvise(2) MADV_POPULATE_READ, Linux 5.14. The memory cannot be unmapped meanwhile.
   *
   * *Copies:* none. *Complexity:* the pages that are not in memory.
   *
   * @throws {ValueError} for a range outside, or after `unmap`.
   * @throws {OSError} EINVAL on an older kernel; EFAULT when the file is shorter by now; EIO.
   * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  async populate(offset?: number, length?: number): Promise<void> {
    return this._memory.populate(offset, length);
  }

  /**
   * Keeps the memory mapped while `work` is at it: for calls of Node's own that take a window and go
   * on in the background (`fs.write`, `socket.write`). Only what ends before the promise of `work` is
   * settled is safe.
   *
   * *Copies:* none. *Complexity:* that of `work`.
   *
   * @throws {ZeroCopyError} ERR_MAP_TRUNCATED when pages were lost meanwhile.
   * @throws {ValueError} after `unmap`. @throws what `work` throws.
   *
   * @example
   * ```ts
   * import { open } from "node:fs/promises";
   * import { mapFile } from "zerocopy/fs";
   *
   * const map = mapFile(process.execPath, { length: 4096 });
   * const out = await open("/dev/null", "w");
   * await map.use((view) => out.write(view.lendUint8Array()));
   * map.unmap();
   * await out.close();
   * ```
   */
  async use<R>(work: (view: this) => R | Promise<R>): Promise<R> {
    if (typeof work !== "function") throw invalidType("use a mapped file", "a function", work);
    checkAlive(this);
    return this._memory.use(() => work(this));
  }

  /**
   * Ends this view, all parts and all other views of the mapping, and unmaps. They then throw a
   * ValueError; windows that were lent become empty. Again does nothing.
   *
   * *Copies:* none. *Complexity:* one system call, and the windows that were made: munmap(2).
   *
   * @throws {BufferError} while `use` or another call is at work on the memory.
   */
  unmap(): void {
    this._memory.unmap();
    this.release();
  }

  /**
   * `unmap`, but refused while there are other views: Python's `mmap.close()`.
   *
   * *Copies:* none. *Complexity:* as `unmap`.
   *
   * @throws {BufferError} while there are views but this one, and as `unmap`.
   */
  close(): void {
    const { mapping } = this._memory;
    const own = this._state & RELEASED ? 0 : 1;
    const others = mapping && !mapping.ended ? mapping.views - own : 0;
    if (others > 0) {
      const text = `Cannot close a mapped file: wanted no other views, found ${others} (unmap() ends them)`;
      throw new BufferError(text, { exports: others });
    }
    this.unmap();
  }

  /** `unmap`, for `using map = mapFile(…)`. */
  override [dispose](): void {
    this.unmap();
  }
}
