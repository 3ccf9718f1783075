/**
 * `Mapping`: mapped memory and every window on it.
 *
 *     pages ◀── handle ── Mapping ── Storage ◀── views        a Storage per window: an ArrayBuffer
 *                                 └─ Storage ◀── views        is limited in length, a mapping is not
 *
 * Who unmaps: `end`, the release of the last view, or the garbage collector, whoever comes first. A
 * window that was lent is tracked by nobody: `end` detaches it, so that it becomes empty, and its
 * addresses are not used again before it is collected.
 *
 * A page that was lost (the file was truncated) reads as zeros; `check` then throws, and every
 * storage calls it.
 */
import { constants } from "node:buffer";
import { BufferError, ValueError, ZeroCopyError, cannot } from "../core/errors.ts";
import { Storage } from "../core/storage.ts";
import { RELEASED, checkAlive, isC } from "../core/view.ts";
import type { View } from "../core/view.ts";
import { requireAddon } from "../native/binding.ts";
import type { MappingHandle, NativeAddon } from "../native/binding.ts";
import { systemError } from "../native/systemError.ts";

/** What mmap(2) is asked for. */
export interface MapRequest {
  /** -1 for anonymous memory. */
  readonly fd: number;
  /** A multiple of the page size. */
  readonly offset: number;
  readonly length: number;
  readonly protection: number;
  readonly flags: number;
}

/** Bytes of a mapping. */
export interface MappedRange {
  readonly mapping: Mapping;
  readonly offset: number;
  readonly length: number;
}

/** What this engine allows in one ArrayBuffer: 4 GiB on Node 20, more than there is memory later. */
export const largestWindow: number = constants.MAX_LENGTH;

/** What was handed out; whoever uses it keeps it. */
interface Window {
  readonly storage: WeakRef<Storage>;
  /** Lives on in windows that were lent. */
  readonly buffer: WeakRef<ArrayBuffer>;
}

/** Of every storage over mapped memory: where it lies in which mapping. */
const places = new WeakMap<Storage, Place>();

interface Place {
  readonly mapping: Mapping;
  readonly offset: number;
}

let page: number | undefined;

/** @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon. */
export function pageSize(): number {
  page ??= requireAddon("mmap").pageSize();
  return page;
}

let faults: Int32Array | undefined;

/** Asked once: before the first mapping. */
function guard(addon: NativeAddon): Int32Array {
  if (faults) return faults;
  if (process.env["ZEROCOPY_SIGBUS"] !== "0") {
    const result = addon.guardMaps();
    if (result < 0) throw systemError(result, "sigaction");
  }
  faults = new Int32Array(bufferOf(addon.mapFaults()));
  return faults;
}

/** @throws {ZeroCopyError} ERR_NOT_SUPPORTED where the engine allows no memory but its own. */
function bufferOf(result: ArrayBuffer | number): ArrayBuffer {
  if (typeof result !== "number") return result;
  if (systemError(result, "mmap").code !== "ENOTSUP") throw systemError(result, "mmap");
  throw new ZeroCopyError(
    "ERR_NOT_SUPPORTED",
    "Cannot map memory: wanted an engine with external ArrayBuffers, found one without",
  );
}

export class Mapping {
  /** Bytes. */
  readonly length: number;
  readonly #addon: NativeAddon;
  readonly #handle: MappingHandle;
  readonly #faults: Int32Array;
  #windows: Window[] = [];
  #pruneAt = 16;
  /** Of `faults`, when it was looked at; NaN once a page was lost. */
  #seen: number;
  #lent = false;
  #ended = false;
  /** Calls at work on the memory, besides the consumers of its views. */
  #users = 0;

  /** @throws {OSError} of mmap(2). */
  constructor({ fd, offset, length, protection, flags }: MapRequest) {
    this.#addon = requireAddon("mmap");
    this.#faults = guard(this.#addon);
    this.#seen = this.#faults[0]!;
    const handle = this.#addon.mapMemory(fd, offset, length, protection, flags);
    if (typeof handle === "number") throw systemError(handle, "mmap");
    this.#handle = handle;
    this.length = length;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Views of all storages that are not released. */
  get views(): number {
    return this.#alive().reduce((sum, { views }) => sum + views, 0);
  }

  /**
   * A storage over a part of at most `largestWindow` bytes from a page boundary on; views of it
   * start `skip` bytes later. With `owns`, releasing its last view unmaps.
   */
  window(
    offset: number,
    length: number,
    facts: { readonly readonly: boolean; readonly owns: boolean; readonly skip?: number },
  ): Storage {
    const { readonly, owns, skip = 0 } = facts;
    this.#checkHere();
    const buffer = bufferOf(this.#addon.mapWindow(this.#handle, offset, length));
    const storage = new Storage(undefined, new Uint8Array(buffer, skip), {
      readonly,
      watch: () => this.check(),
      lend: () => {
        this.#lent = true;
      },
      release: owns ? () => this.#abandon() : undefined,
    });
    if (this.#windows.length >= this.#pruneAt) {
      this.#windows = this.#windows.filter(({ buffer: known }) => known.deref());
      this.#pruneAt = 16 + 2 * this.#windows.length;
    }
    this.#windows.push({ storage: new WeakRef(storage), buffer: new WeakRef(buffer) });
    places.set(storage, { mapping: this, offset: offset + skip });
    return storage;
  }

  /** @throws {ZeroCopyError} ERR_MAP_TRUNCATED when a page was lost since the mapping was made. */
  check(): void {
    if (this.#faults[0] !== this.#seen) this.#look();
  }

  #look(): void {
    const now = this.#faults[0]!;
    if (!Number.isNaN(this.#seen) && !this.#addon.mapFaulted(this.#handle)) {
      this.#seen = now;
      return;
    }
    this.#seen = Number.NaN;
    throw new ZeroCopyError(
      "ERR_MAP_TRUNCATED",
      "Cannot access mapped memory: wanted all its pages, found some lost, which read as zeros " +
        "(the file was truncated, or its disk failed or is full)",
    );
  }

  /** One more call at work: until `drop`, `end` is refused. */
  hold(): void {
    this.#checkHere();
    this.#users += 1;
  }

  /** @throws {ZeroCopyError} ERR_MAP_TRUNCATED when a page was lost meanwhile. */
  drop(): void {
    this.#users -= 1;
    this.check();
  }

  /** msync(2). @throws {OSError} */
  sync(offset: number, length: number, flags: number): void {
    this.#checkHere();
    this.#report(this.#addon.mapSync(this.#handle, offset, length, flags), "msync");
  }

  /** msync(2) off-thread. */
  async syncAsync(offset: number, length: number, flags: number): Promise<void> {
    const call = (): Promise<number> | number =>
      this.#addon.mapSyncAsync(this.#handle, offset, length, flags);
    this.#report(await this.#during(call), "msync");
  }

  /** madvise(2). @throws {OSError} */
  advise(offset: number, length: number, advice: number): void {
    this.#checkHere();
    this.#report(this.#addon.mapAdvise(this.#handle, offset, length, advice), "madvise");
  }

  /** madvise(2) off-thread. */
  async adviseAsync(offset: number, length: number, advice: number): Promise<void> {
    const call = (): Promise<number> | number =>
      this.#addon.mapAdviseAsync(this.#handle, offset, length, advice);
    this.#report(await this.#during(call), "madvise");
  }

  /** One number, by the code of its format; it must lie in the mapping. */
  item(offset: number, code: number): number | bigint {
    if (this.#ended) this.#checkHere();
    const item = this.#addon.mapItem(this.#handle, offset, code);
    this.check();
    return item;
  }

  /**
   * Ends all views, empties all windows, unmaps. Again does nothing.
   *
   * @throws {BufferError} while somebody uses the memory; nothing has changed then.
   */
  end(action: string): void {
    if (this.#ended) return;
    const storages = this.#alive();
    const consumers = storages.reduce((sum, storage) => sum + storage.consumers, this.#users);
    if (consumers > 0) {
      const text = `Cannot ${action}: wanted no call at work on it, found ${consumers}`;
      throw new BufferError(text, { exports: consumers });
    }
    this.#ended = true;
    for (const storage of storages) storage.end("Cannot use a memoryview: its memory was unmapped");
    const buffers = this.#windows.flatMap(({ buffer }) => buffer.deref() ?? []);
    this.#addon.mapEnd(this.#handle, buffers, this.#lent);
    this.#windows = [];
  }

  /** The last view was released or collected. Whoever was lent a window may still look. */
  #abandon(): void {
    if (!this.#lent && this.#users === 0) this.end("unmap memory");
  }

  #alive(): Storage[] {
    return this.#windows.flatMap(({ storage }) => storage.deref() ?? []);
  }

  async #during(call: () => Promise<number> | number): Promise<number> {
    this.hold();
    try {
      return await call();
    } finally {
      this.drop();
    }
  }

  #report(result: number, syscall: string): void {
    if (result < 0) throw systemError(result, syscall);
  }

  #checkHere(): void {
    if (this.#ended) throw new ValueError("Cannot use mapped memory: it was unmapped");
    this.check();
  }
}

/** The mapping of a view, ended or not. @throws {TypeError} for a view of other memory. */
export function mappingOf(view: View, action: string): Mapping {
  return placeOf(view, action).mapping;
}

/** Where the bytes of a view lie. @throws {TypeError} unless it is a contiguous view of a mapping. */
export function rangeOf(view: View, action: string): MappedRange {
  const { mapping, offset } = placeOf(view, action);
  if (!isC(view)) throw cannot(TypeError, action, "C-contiguous strides", view.strides);
  return { mapping, offset: offset + view._offset, length: view.nbytes };
}

function placeOf(view: View, action: string): Place {
  if (view._state & RELEASED) checkAlive(view);
  const place = places.get(view._storage);
  if (place) return place;
  throw cannot(TypeError, action, "a view of mapped memory", view.toString());
}
