/**
 * `zerocopy/stream`: messages out of streams, over `ByteQueue`. What comes out are views of the chunks
 * that came in; only what lies across a border is copied.
 *
 * ```ts
 * import { createReadStream } from "node:fs";
 * import { lines } from "zerocopy/stream";
 *
 * for await (const line of lines(createReadStream("access.log"))) {
 *   if (line.startsWith(prefix)) console.log(line.decode());
 * }
 * ```
 *
 * `lines` and `lengthPrefixed` take anything that gives chunks, one by one: a stream of Node, a web
 * stream, an iterable. They ask for the next chunk when the caller asks for more than they have, so
 * that a slow reader slows the source; they end the source when the caller ends them; and they stop at
 * `maxLength`, so that no peer can fill the memory.
 *
 * All of it but `toWritable` runs without Node.
 */
export type { Source } from "./chunks.ts";
export { lengthPrefixed } from "./lengthPrefixed.ts";
export type { FrameOptions } from "./lengthPrefixed.ts";
export { lines } from "./lines.ts";
export type { LineOptions } from "./lines.ts";
export { toTransformStream } from "./transformStream.ts";
export type { StreamPair } from "./transformStream.ts";
export { toWritable } from "./writable.ts";
export type { WritableOptions } from "./writable.ts";
