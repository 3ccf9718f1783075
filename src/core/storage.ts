/**
 * `Storage`: one exporter's memory, as all views of it share it.
 *
 *     exporter ◀─ owner ─ Storage ─ view, bytes ─▶ the memory
 *                            ▲
 *               MemoryView ──┤ offset, shape, strides, format of its own
 *               MemoryView ──┘
 *
 * Views read through `view` and `bytes` of the storage. Whatever takes the memory away, from all
 * views at once, needs to change these two only: they then have no bytes, every access fails, and
 * the failing access finds out why (`revive`). So a read of valid memory pays for no check.
 *
 * `views` counts views that are not released: while there are any, the exporter must neither move
 * nor resize the memory.
 */
import type { ItemMemory } from "../format/layout.ts";
import { Bytes } from "./bytes.ts";
import { cloneBytes } from "./copy.ts";
import { BufferError, ValueError, ZeroCopyError, cannot } from "./errors.ts";
import { useToMessage } from "./foreign.ts";
import type { GrowingMemory } from "./protocol.ts";

/** Method of our own exporters by which they share one storage among all their views. */
export const kStorage: unique symbol = Symbol("zerocopy.storage");

export interface StorageOwner {
  [kStorage](): Storage;
}

/** What is said of an exporter's memory besides where it is. */
export interface StorageFacts {
  /** Views must not write. */
  readonly readonly?: boolean;
  /** Read-only views may be hashed: the owner promises that what it lends so does not change. */
  readonly hashable?: boolean;
  /** Called once, when the last view is released or collected. */
  readonly release?: (() => void) | undefined;
  /** Called when a window is handed out that nobody tracks: the memory must then be left alone. */
  readonly lend?: (() => void) | undefined;
  /** `WebAssembly.Memory`, whose `grow` replaces the buffer. */
  readonly growing?: GrowingMemory | undefined;
  /**
   * For memory that may turn bad while it is there (a mapped file that is truncated). Called before
   * everything but plain accesses of items, and after what reads many: throws once it has.
   */
  readonly watch?: (() => void) | undefined;
}

/** What `ended` says of memory that is there but watched: so who is not watched pays nothing. */
const watched = "watched";

const nothing = new Uint8Array(0);
const nothingView = /* @__PURE__ */ new DataView(nothing.buffer);

/** Calls `release` of exporters whose views were all collected without being released. */
const abandoned = /* @__PURE__ */ new FinalizationRegistry<() => void>((release) => {
  try {
    release();
  } catch (error) {
    // That the memory had turned bad is of no interest: nobody uses it any more.
    if (!(error instanceof ZeroCopyError)) throw error;
  }
});

export class Storage implements ItemMemory {
  /** Makes structuredClone refuse; first, so that it has not copied the memory by then. */
  readonly clone: () => never;
  /** The exporter. A mapped file is a view of its own storage, so it comes later. */
  owner: unknown;
  /** All of the memory, and nothing else. Over resizable memory it follows the length. */
  bytes: Uint8Array;
  view: DataView;
  /** Unreleased views. */
  views: number;
  /** Who uses the memory itself, by a buffer record or for the time of a call. */
  consumers: number;
  readonly readonly: boolean;
  readonly hashable: boolean;
  /** Why the memory is gone from all views; empty while it is there and nobody watches it. */
  ended: string;
  readonly growing: GrowingMemory | undefined;
  release: (() => void) | undefined;
  readonly lend: (() => void) | undefined;
  readonly watch: (() => void) | undefined;
  /** Where views were made, while `traceExports` is on. */
  holders: Map<object, string> | undefined;

  constructor(
    owner: unknown,
    bytes: Uint8Array,
    { readonly = false, hashable = false, release, lend, growing, watch }: StorageFacts = {},
  ) {
    this.clone = useToMessage;
    this.owner = owner;
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.views = 0;
    this.consumers = 0;
    this.readonly = readonly;
    this.hashable = hashable;
    this.ended = watch ? watched : "";
    this.growing = growing;
    this.release = release;
    this.lend = lend;
    this.watch = watch;
    this.holders = undefined;
    if (release) abandoned.register(this, release, this);
  }

  /**
   * The memory, if its bytes up to `end` are still there.
   *
   * @throws {BufferError} when it was detached or became shorter.
   * @throws {ValueError} when its owner ended all views.
   */
  live(end: number): Uint8Array {
    // Not `length`: Node 20 and 22 take a stale one of detached memory from optimised code.
    const { byteLength } = this.bytes;
    if (byteLength < end || this.ended !== "" || (end === 0 && this.growing)) this.revive(end);
    return this.bytes;
  }

  /**
   * For who found `ended` not empty.
   *
   * @throws {ValueError} when its owner ended all views. @throws {ZeroCopyError} when it turned bad.
   */
  check(): void {
    if (this.ended !== watched) throw new ValueError(this.ended);
    this.watch?.();
  }

  /** A copy of these bytes. */
  bytesAt(offset: number, length: number): Bytes {
    const bytes = this.live(offset + length);
    return Bytes._adopt(cloneBytes(bytes.subarray(offset, offset + length)));
  }

  /** Takes the memory from all views at once; each then throws a ValueError. */
  end(reason: string): void {
    this.ended = reason;
    this.bytes = nothing;
    this.view = nothingView;
    this.finish();
  }

  /** One more view, or other user of the memory. */
  hold(holder: object): void {
    this.views += 1;
    if (tracing) {
      this.holders ??= new Map();
      this.holders.set(holder, new Error("held here").stack ?? "");
    }
  }

  /** One less. */
  drop(holder: object): void {
    this.views -= 1;
    this.holders?.delete(holder);
    if (this.views === 0) this.finish();
  }

  private finish(): void {
    const { release } = this;
    if (!release) return;
    this.release = undefined;
    abandoned.unregister(this);
    release();
  }

  private revive(end: number): void {
    if (this.ended !== "") this.check();
    if (this.growing && this.growing.buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(this.growing.buffer);
      this.view = viewOf(this.bytes);
    }
    if (this.bytes.byteLength >= end) return;
    const found = `${this.bytes.byteLength}: detached or resized`;
    throw cannot(BufferError, "access memory", `${end} bytes`, found);
  }
}

/** Over all of resizable memory it must be made without a length, so as to follow it too. */
function viewOf(bytes: Uint8Array): DataView {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole = byteOffset === 0 && byteLength === buffer.byteLength;
  return whole ? new DataView(buffer) : new DataView(buffer, byteOffset, byteLength);
}

let tracing = false;

/** What released views refer to: every access to it fails. */
export const released: Storage = /* @__PURE__ */ endedStorage();

function endedStorage(): Storage {
  const storage = new Storage(undefined, nothing);
  storage.ended = "Cannot use a memoryview: it was released";
  return storage;
}

/**
 * Remembers where views are made, from now on: a BufferError about locked memory then says who
 * holds it (`error.holders`). Costs a stack trace per view; for debugging.
 */
export function traceExports(on: boolean): void {
  tracing = on;
}
