/** The end of a pipe of Node streams. */
import type { Writable } from "node:stream";
import { ByteQueue } from "../core/byteQueue.ts";
import { ValueError, cannot, invalidType } from "../core/errors.ts";
import { Intake, checkFunction, checkMaxLength, defaultMaxLength } from "./chunks.ts";

export interface WritableOptions {
  /**
   * Called when chunks have come, to take what is complete. The stream accepts more when the promise
   * that it returns is fulfilled, and fails as it does.
   */
  readonly read?: ((queue: ByteQueue) => void | Promise<void>) | undefined;
  /** Bytes that the queue may hold after `read`. Default 16 MiB; `Infinity` for no limit. */
  readonly maxLength?: number | undefined;
}

/**
 * A Writable of Node that appends to a queue what is written to it, for `pipe` and `pipeline`. Without
 * `read` it collects; what is left in the queue at the end is the caller's.
 *
 * *Copies:* none, unless chunks are small: of a thousand in a row below 256 bytes on average those are
 * joined that are left. Text is encoded.
 *
 * The stream fails with a ValueError when the queue holds more than `maxLength`.
 *
 * @throws {TypeError} unless `queue` is a ByteQueue; for options of another type.
 *
 * @example
 * ```ts
 * import { Readable } from "node:stream";
 * import { pipeline } from "node:stream/promises";
 * import { ByteQueue } from "zerocopy";
 * import { toWritable } from "zerocopy/stream";
 *
 * const queue = new ByteQueue();
 * await pipeline(Readable.from([Buffer.from("ab"), Buffer.from("cd")]), toWritable(queue));
 * console.log(queue.length, queue.copiedBytes); // 4 0
 * ```
 */
export function toWritable(queue: ByteQueue, options: WritableOptions = {}): Writable {
  const { read, maxLength = defaultMaxLength } = options;
  const action = "make a Writable";
  if (!(queue instanceof ByteQueue)) throw invalidType(action, "a ByteQueue", queue);
  if (read !== undefined) checkFunction(read, action);
  checkMaxLength(maxLength, action);
  const intake = new Intake(queue);
  const accept = async (chunks: readonly Uint8Array[], done: Done): Promise<void> => {
    let failure: Error | undefined;
    try {
      for (const chunk of chunks) intake.append(chunk);
      await read?.(queue);
      checkLength(queue.length, maxLength);
      intake.settle();
    } catch (error) {
      failure =
        error instanceof Error ? error : new Error("Cannot read the queue", { cause: error });
    }
    process.nextTick(done, failure); // not from a promise, which would catch what listeners throw
  };
  // Not imported, so that bundles for browsers can have the rest of this module.
  const { Writable: Stream } = process.getBuiltinModule("node:stream");
  return new Stream({
    write: (chunk: Uint8Array, _encoding, done) => void accept([chunk], done),
    writev(entries, done) {
      const chunks = entries.map(({ chunk }) => chunk as Uint8Array);
      void accept(chunks, done);
    },
  });
}

type Done = (error?: Error | null) => void;

function checkLength(length: number, maxLength: number): void {
  if (length <= maxLength) return;
  throw cannot(
    ValueError,
    "queue what is written",
    `at most ${maxLength} bytes (maxLength)`,
    length,
  );
}
