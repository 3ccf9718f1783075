/** Types of `zerocopy/stream` where Node's types and the DOM's meet, which describe web streams apart. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ReadableStream as NodeStream } from "node:stream/web";
import type { MemoryView } from "zerocopy";
import { lengthPrefixed, lines, toTransformStream } from "zerocopy/stream";
import type { Same } from "../same.ts";

const file = createReadStream("access.log");
const ofNode: NodeStream<Uint8Array> = Readable.toWeb(file);
const ofNodeUntyped: NodeStream = Readable.toWeb(file);
const ofDom: ReadableStream<Uint8Array<ArrayBuffer>> = new Blob(["one"]).stream();

type Line = MemoryView<"B", number, 1>;

// Either kind goes through, and comes out as its own.
const fromNode = ofNode.pipeThrough(toTransformStream(lines));
const fromUntyped = ofNodeUntyped.pipeThrough(toTransformStream(lines));
const fromDom = ofDom.pipeThrough(toTransformStream((chunks) => lines(chunks)));
export type Cases = [
  Same<typeof fromNode, NodeStream<Line>>,
  Same<typeof fromUntyped, NodeStream<Line>>,
  Same<typeof fromDom, ReadableStream<Line>>,
];

// Or is used by itself.
const pair = toTransformStream(lines);
const asNode: NodeStream<Line> = pair.readable;
const asDom: ReadableStream<Line> = pair.readable;
for await (const line of pair.readable) line.decode();
const { done, value } = await pair.readable.getReader().read();
if (!done) value.decode();
const sink = new WritableStream<Line>();
await pair.readable.pipeTo(sink);
await ofDom.pipeTo(pair.writable);
await ofNode.pipeTo(pair.writable);
export const streams = [asNode, asDom];

// Either kind is a source.
lines(ofNode);
lines(ofDom);
lengthPrefixed(file);
