/** Where chunks come from, and how they become items. */
import { ByteQueue } from "../core/byteQueue.ts";
import { ValueError, cannot, invalidType } from "../core/errors.ts";
import { isBytesLike, isObject } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";

/** What reads a web stream, by shape. */
interface Reader {
  read(): Promise<{ done: boolean; value?: BytesLike | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

/** What gives chunks, one by one: a stream of Node, a web stream, an array. */
export type Source = AsyncIterable<BytesLike> | Iterable<BytesLike> | { getReader(): Reader };

/** What is kept of a stream at most, unless the caller says otherwise. */
export const defaultMaxLength: number = 2 ** 24;

/** So many chunks in a row, shorter than this on average, are joined: each costs about as much memory. */
const manyChunks = 1024;
const smallChunk = 256;

/** Fills a queue with chunks of whatever size, of which none is so small that it costs a multiple. */
export class Intake {
  readonly #queue: ByteQueue;
  #chunks = 0;
  #bytes = 0;

  constructor(queue: ByteQueue) {
    this.#queue = queue;
  }

  append(chunk: BytesLike): void {
    const before = this.#queue.length;
    this.#queue.append(chunk);
    this.#bytes += this.#queue.length - before;
    this.#chunks += 1;
  }

  /** When what is complete was taken. *Copies:* what is left, when many small chunks came in a row. */
  settle(): void {
    if (this.#chunks < manyChunks) return;
    if (this.#bytes < this.#chunks * smallChunk) this.#queue.peek(this.#queue.length).release();
    this.#chunks = this.#bytes = 0;
  }
}

/**
 * The items that `split` finds: it is called with all bytes that are left whenever some have come, and
 * a last time when there are no more. Bytes are let go of when the caller is done.
 */
export async function* itemsOf<T>(
  source: Source,
  split: (queue: ByteQueue, ended: boolean) => Iterable<T>,
): AsyncGenerator<T, undefined, undefined> {
  const queue = new ByteQueue();
  const intake = new Intake(queue);
  try {
    for await (const chunk of chunksOf(source)) {
      intake.append(chunk);
      for (const item of split(queue, false)) yield item; // `yield*` would await each twice
      intake.settle();
    }
    for (const item of split(queue, true)) yield item;
  } finally {
    queue.consume(queue.length);
  }
}

/** Not every browser iterates over web streams. */
function chunksOf(source: Source): AsyncIterable<BytesLike> | Iterable<BytesLike> {
  return "getReader" in source ? chunksOfReader(source.getReader()) : source;
}

/** The chunks of a web stream, which is cancelled when they are not wanted any more. */
export async function* chunksOfReader(reader: Reader): AsyncGenerator<BytesLike> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as BytesLike; // which is checked by who takes it
    }
  } finally {
    await reader.cancel();
  }
}

/** @throws {TypeError} when there are no chunks to be had of it. */
export function checkSource(source: unknown, action: string): void {
  const isSource =
    isObject(source) &&
    !isBytesLike(source) &&
    (Symbol.asyncIterator in source || Symbol.iterator in source || "getReader" in source);
  if (!isSource)
    throw invalidType(action, "a stream or an iterable of chunks, such as [chunk]", source);
}

/** @throws {TypeError} unless it is a function. */
export function checkFunction(value: unknown, action: string): void {
  if (typeof value !== "function") throw invalidType(action, "a function", value);
}

/** @throws {TypeError} unless it is an integer or Infinity. @throws {ValueError} when negative or NaN. */
export function checkMaxLength(maxLength: unknown, action: string): void {
  if (typeof maxLength !== "number" || maxLength % 1 > 0)
    throw invalidType(action, "maxLength as an integer", maxLength);
  if (!(maxLength >= 0)) throw cannot(ValueError, action, "maxLength from 0", maxLength);
}
