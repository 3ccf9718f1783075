/** Functions from chunks to items, such as `lines`, as web streams. */
import { invalidType } from "../core/errors.ts";
import { isObject } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { checkFunction, chunksOfReader } from "./chunks.ts";

/** For `readable.pipeThrough(pair)`. */
export interface StreamPair<T> {
  readonly readable: ReadableItems<T>;
  readonly writable: WritableStream<BytesLike>;
}

/**
 * A ReadableStream by shape: the type of the DOM and that of Node's `stream/web`, which a program may
 * both know, do not go for one another; this goes for either.
 */
interface ReadableItems<T> {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  /** Items are no bytes: of this one the stream throws. */
  getReader(options: { mode: "byob" }): never;
  getReader(options?: { mode?: undefined }): ItemReader<T>;
  pipeThrough<S>(pair: { readable: S; writable: unknown }, options?: object): S;
  pipeTo(target: object, options?: object): Promise<void>;
  tee(): [ReadableItems<T>, ReadableItems<T>];
  values(options?: { preventCancel?: boolean }): AsyncGenerator<T, undefined, unknown>;
  [Symbol.asyncIterator](): AsyncGenerator<T, undefined, unknown>;
}

interface ItemReader<T> {
  readonly closed: Promise<undefined>;
  /** `undefined` for `never` would get into the items of the stream that they go through. */
  read(): Promise<{ done: false; value: T } | { done: true; value: never }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
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
 * @throws {TypeError} unless `transform` is a function, and returns an async iterable.
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
  const action = "make a transform stream";
  checkFunction(transform, action);
  const { readable: chunks, writable } = new TransformStream<BytesLike, BytesLike>();
  const reader = chunks.getReader();
  const results: unknown = transform(chunksOfReader(reader));
  if (!isAsyncIterable<T>(results))
    throw invalidType(action, "an async iterable of items", results);
  const items = results[Symbol.asyncIterator]();
  const readable = new ReadableStream<T>(
    {
      async pull(controller) {
        try {
          const { done, value } = await items.next();
          if (!done) return controller.enqueue(value);
          // It may not have asked for a chunk at all.
          await reader.cancel(new Error("Cannot write: the transform has ended"));
        } catch (error) {
          await reader.cancel(error).catch(() => {}); // which says what failed before
          throw error;
        }
        controller.close();
      },
      async cancel(reason) {
        try {
          await reader.cancel(reason); // first: the function may be waiting for a chunk
        } finally {
          await items.return?.();
        }
      },
    },
    { highWaterMark: 0 },
  );
  return { readable: readable as ReadableItems<T>, writable };
}

function isAsyncIterable<T>(value: unknown): value is AsyncIterable<T> {
  return isObject(value) && Symbol.asyncIterator in value;
}
