/** Iteration over records. A class: a generator costs two to three times as much per item. */
import { BufferError, StructError } from "../core/errors.ts";
import { MemoryView } from "../core/memoryview.ts";
import { BufferFlags, kBuffer } from "../core/protocol.ts";
import type { BufferRecord, BytesLike } from "../core/protocol.ts";
import { isC, itemCount } from "../core/view.ts";
import type { Plan } from "./plan.ts";
import { readRecord } from "./unpack.ts";

/** The records of some memory, which it holds by a view until the last of them is read. */
export class StructIterator<V> implements IterableIterator<V, undefined> {
  /** @internal */ readonly _plan: Plan;
  /** @internal Released with the last record. */
  readonly _view: MemoryView;
  /** @internal Keeps a view that was given from being released. */
  readonly _lease: BufferRecord | undefined;
  /** @internal Of the next record, in bytes from the start of the view's storage. */
  _next: number;
  /** @internal */ _end: number;

  /** @internal */
  constructor(plan: Plan, source: BytesLike) {
    const view = MemoryView._from(source, "iterate over records", 0, BufferFlags.SIMPLE);
    const length = itemCount(view) * view._layout.itemsize;
    this._plan = plan;
    this._view = view;
    this._next = view._offset;
    this._end = view._offset + length;
    const problem = problemOf(plan, view, length);
    if (problem !== undefined) {
      view.release();
      throw problem;
    }
    this._lease = source instanceof MemoryView ? source[kBuffer](BufferFlags.SIMPLE) : undefined;
  }

  next(): IteratorResult<V, undefined> {
    const start = this._next;
    const next = start + this._plan.size;
    if (next > this._end) return this.return();
    const storage = this._view._storage;
    const bytes = storage.ended === "" ? storage.live(next) : this._ask(next);
    this._next = next;
    return { done: false, value: readRecord(this._plan, bytes, start, storage.view) as V };
  }

  /** Of memory that is watched: a loop does not call `return` when `next` throws. */
  private _ask(end: number): Uint8Array {
    try {
      return this._view._storage.live(end);
    } catch (error) {
      this._view.release();
      this._lease?.release?.();
      throw error;
    }
  }

  /** Lets the memory go; there are no more records. Called by `break` in a loop. */
  return(): IteratorReturnResult<undefined> {
    this._end = this._next;
    this._view.release();
    this._lease?.release?.();
    return { done: true, value: undefined };
  }

  /** Records that are left. Python's `__length_hint__`. */
  lengthHint(): number {
    return (this._end - this._next) / this._plan.size;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function problemOf({ format, size }: Plan, view: MemoryView, length: number): Error | undefined {
  const action = `Cannot iterate over ${JSON.stringify(format)}`;
  if (!isC(view)) return new BufferError(`${action}: wanted C-contiguous memory, found gaps`);
  if (length % size === 0) return undefined;
  return new StructError(`${action}: wanted a multiple of ${size} bytes, found ${length}`);
}
