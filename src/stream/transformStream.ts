/** Functions from chunks to items, such as `lines`, as web streams. */
import type { BytesLike } from "../core/protocol.ts";
import { checkFunction, chunksOfReader } from "./chunks.ts";

/** For `readable.pipeThrough(pair)`. */
export interface StreamPair<T> {
  readonly readable: ReadableStream<T>;
  readonly writable: WritableStream<BytesLike>;
}

/**
 * Makes a web stream of a function from chunks to items: `lines`, `lengthPrefixed`, or any generator
 * function of yours. The function is asked for an item when the reader asks for one, and a chunk is
 * accepted when the function asks for one, so that a slow reader slows the writer.
 *
 * *Copies:* none of its own.
 *
 * An error on either side, or of the function, reaches both.
 *
 * @throws {TypeError} unless `transform` is a function.
 *
 * @example
 * ```ts
 * import { lines, toTransformStream } from "zerocopy/stream";
 *
 * const body = new Blob(["one\ntwo\n"]).stream();
 * const short = toTransformStream((chunks) => lines(chunks, { maxLength: 1000 }));
 * for await (const line of body.pipeThrough(short)) console.log(line.decode()); // one two
 * ```
 */
export function toTransformStream<T>(
  transform: (chunks: AsyncIterable<BytesLike>) => AsyncIterable<T>,
): StreamPair<T> {
  checkFunction(transform, "make a transform stream");
  const { readable: chunks, writable } = new TransformStream<BytesLike, BytesLike>();
  const reader = chunks.getReader();
  const items = transform(chunksOfReader(reader))[Symbol.asyncIterator]();
  const readable = new ReadableStream<T>(
    {
      async pull(controller) {
        try {
          const { done, value } = await items.next();
          if (!done) return controller.enqueue(value);
          // It may not have asked for a chunk at all.
          await reader.cancel(new Error("Cannot write: the transform has ended"));
        } catch (error) {
          await reader.cancel(error);
          throw error;
        }
        controller.close();
      },
      async cancel(reason) {
        await reader.cancel(reason); // first: the function may be waiting for a chunk
        await items.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, writable };
}
