/** Frames that say their length first. */
import type { ByteQueue } from "../core/byteQueue.ts";
import { ValueError, cannot, describe } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import { Struct } from "../struct/index.ts";
import { checkMaxLength, checkSource, defaultMaxLength, itemsOf } from "./chunks.ts";
import type { Source } from "./chunks.ts";

export interface FrameOptions {
  /** Of the length, as `zerocopy/struct` has it: one integer. Default `">I"`, 4 bytes in network order. */
  readonly format?: string | undefined;
  /** Bytes of the longest frame. Default 16 MiB; `Infinity` for no limit. */
  readonly maxLength?: number | undefined;
}

const oneInteger = /^[@=<>!]?[bBhHiIlLqQnN]$/;

/**
 * The frames of a stream of bytes in which each comes after its length, as views without that.
 *
 * *Copies:* the frames that lie across a border of chunks.
 *
 * @throws {TypeError} when `source` gives no chunks; for options of another type.
 * @throws {StructError} for a format that is none.
 * @throws {ValueError} when the format is not that of one integer; when a length is negative, or more
 * than `maxLength`; when the stream ends within a frame. What the source throws passes through.
 *
 * @example
 * ```ts
 * import { lengthPrefixed } from "zerocopy/stream";
 *
 * const chunks = [Buffer.from([0, 2, 104]), Buffer.from([105, 0, 1, 33])];
 * for await (const frame of lengthPrefixed(chunks, { format: ">H" })) console.log(frame.decode()); // hi !
 * ```
 */
export function lengthPrefixed(
  source: Source,
  options: FrameOptions = {},
): AsyncGenerator<MemoryView<"B", number, 1>, undefined, undefined> {
  const action = "read frames";
  const { format = ">I", maxLength = defaultMaxLength } = options;
  checkSource(source, action);
  checkMaxLength(maxLength, action);
  const prefix = new Struct<string>(format);
  if (!oneInteger.test(format)) {
    throw cannot(ValueError, action, "the format of one integer", describe(format));
  }
  let length = -1; // not read yet

  function* split(queue: ByteQueue, ended: boolean): Generator<MemoryView<"B", number, 1>> {
    for (;;) {
      if (length < 0) {
        if (queue.length < prefix.size) break;
        const head = queue.peek(prefix.size);
        length = Number(prefix.unpackFrom(head)[0]);
        head.release();
        if (length < 0 || length > maxLength) {
          throw cannot(ValueError, "read a frame", `0 to ${maxLength} bytes (maxLength)`, length);
        }
        queue.consume(prefix.size);
      }
      if (queue.length < length) break;
      const frame = queue.take(length);
      length = -1;
      yield frame;
    }
    if (!ended || (length < 0 && queue.length === 0)) return;
    const wanted = length < 0 ? `a length of ${prefix.size} bytes` : `${length} bytes`;
    throw cannot(ValueError, "read a frame", wanted, `the end after ${queue.length}`);
  }

  return itemsOf(source, split);
}
