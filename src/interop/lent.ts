/**
 * `Lent`: memory of another library, as an exporter.
 *
 *     nd.data.buffer ◀── nd ◀─ source ─ Lent ◀─ obj ─ view
 *
 * The other library owns the memory. It is described anew for every consumer, so that what was
 * released or detached in the meantime is noticed.
 */
import { memoryview } from "../core/memoryview.ts";
import type { MemoryView } from "../core/memoryview.ts";
import { kBuffer } from "../core/protocol.ts";
import type { BufferRecord, Exporter } from "../core/protocol.ts";

export class Lent<S = unknown> implements Exporter {
  /** What the memory was taken from. */
  readonly source: S;
  readonly #describe: () => BufferRecord;
  readonly #end: (() => void) | undefined;
  #consumers = 0;

  constructor(source: S, describe: () => BufferRecord, end?: () => void) {
    this.source = source;
    this.#describe = describe;
    this.#end = end;
  }

  /** @throws {BufferError} when the memory cannot meet the flags. */
  [kBuffer](flags: number): BufferRecord {
    // A view knows the rules of the flags.
    const record = memoryview({ [kBuffer]: this.#describe })[kBuffer](flags);
    const end = this.#end;
    if (end === undefined) return { ...record, release: undefined };
    let isHeld = true;
    this.#consumers += 1;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.#consumers -= 1;
      if (this.#consumers === 0) end();
    };
    return { ...record, release };
  }
}

/**
 * A view of memory that `source` owns; `end` is called when the last view is released or collected.
 * Nothing is called when there is none, because `describe` throws.
 *
 * *Copies:* none.
 */
export function viewOf<F extends string>(
  source: unknown,
  describe: () => BufferRecord,
  end?: () => void,
): MemoryView<F> {
  return memoryview(new Lent(source, describe, end)) as never;
}
