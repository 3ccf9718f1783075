/** Lines, and whatever else ends with a separator. */
import type { ByteQueue } from "../core/byteQueue.ts";
import { withBytes } from "../core/borrow.ts";
import { cloneBytes } from "../core/copy.ts";
import { ValueError, cannot } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import type { BytesLike } from "../core/protocol.ts";
import { checkMaxLength, checkSource, defaultMaxLength, itemsOf } from "./chunks.ts";
import type { Source } from "./chunks.ts";

export interface LineOptions {
  /** What ends a line, instead of `\n` or `\r\n`. */
  readonly separator?: BytesLike | undefined;
  /** Bytes of the longest line, without its end. Default 16 MiB; `Infinity` for no limit. */
  readonly maxLength?: number | undefined;
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * The lines of a stream of bytes, without their ends, as views. The last line needs no end; what ends
 * with a line's end has no empty line after it.
 *
 * *Copies:* the lines that lie across a border of chunks.
 *
 * @throws {TypeError} when `source` gives no chunks; for options of another type.
 * @throws {ValueError} when a line is longer than `maxLength`, or `separator` has no bytes. What the
 * source throws passes through.
 *
 * @example
 * ```ts
 * import { Readable } from "node:stream";
 * import { lines } from "zerocopy/stream";
 *
 * const chunks = ["one\ntw", "o\r\nthree"].map((text) => Buffer.from(text));
 * for await (const line of lines(Readable.from(chunks))) console.log(line.decode()); // one two three
 * ```
 */
export function lines(
  source: Source,
  options: LineOptions = {},
): AsyncGenerator<MemoryView<"B", number, 1>, undefined, undefined> {
  const action = "read lines";
  const { separator, maxLength = defaultMaxLength } = options;
  checkSource(source, action);
  checkMaxLength(maxLength, action);
  const end = separator === undefined ? undefined : withBytes(separator, action, cloneBytes);
  if (end?.length === 0) throw cannot(ValueError, action, "a separator", "no bytes");
  const size = end?.length ?? 1;
  let searched = 0;

  function* split(queue: ByteQueue, ended: boolean): Generator<MemoryView<"B", number, 1>> {
    for (;;) {
      const at = queue.find(end ?? lineFeed, searched);
      if (at < 0) break;
      const drops = !end && at > 0 && queue.get(at - 1) === carriageReturn ? 1 : 0;
      checkLength(at - drops, maxLength);
      const line = queue.take(at - drops);
      queue.consume(size + drops);
      searched = 0;
      yield line;
    }
    // The end may have come in part; of `\r\n` too.
    const pending = end ? size - 1 : 1;
    checkLength(queue.length - (ended ? 0 : pending), maxLength);
    searched = Math.max(0, queue.length - size + 1);
    if (ended && queue.length > 0) yield queue.take(queue.length);
  }

  return itemsOf(source, split);
}

function checkLength(length: number, maxLength: number): void {
  if (length <= maxLength) return;
  throw cannot(ValueError, "read a line", `at most ${maxLength} bytes (maxLength)`, length);
}
