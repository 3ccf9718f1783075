/**
 * What of Node's file streams has no public name: who reads one, from where, and by which file system.
 * The only file that looks inside one; what it looks at is alike in Node 20 to 26, and where it is
 * not there the stream is left alone.
 */
import fs from "node:fs";
import type { ReadStream } from "node:fs";
import type { Writable } from "node:stream";

/** The fields of Node's `Readable` and `ReadStream` that decide. */
interface Internals {
  readonly _readableState: {
    readonly length: number;
    readonly pipes: readonly Writable[];
    readonly flowing: boolean | null;
    readonly awaitDrainWriters: unknown;
    readonly decoder: unknown;
    readonly encoding: unknown;
    readonly objectMode: boolean;
    dataEmitted: boolean;
  };
  readonly fd: number | null;
  /** Only of a stream that has opened its file itself. */
  readonly flags?: string;
  /** Where it reads next; undefined: at the position of its descriptor. */
  pos: number | undefined;
  readonly end: number;
  bytesRead: number;
  [symbol: symbol]: unknown;
}

function inside(stream: ReadStream): Internals {
  return stream as unknown as Internals;
}

/** Through these go bytes, or the events that tell of them: whoever has replaced one wants to see them. */
const ways = [
  "emit",
  "on",
  "push",
  "read",
  "pipe",
  "unpipe",
  "pause",
  "resume",
  "_destroy",
] as const;
const own = pick(fs.ReadStream.prototype);

function pick(stream: ReadStream): Pick<ReadStream, (typeof ways)[number]> {
  const { emit, on, push, read, pipe, unpipe, pause, resume, _destroy } = stream;
  return { emit, on, push, read, pipe, unpipe, pause, resume, _destroy };
}

/** Name by name: a loop would look each of them up anew, for every file. */
function isReplaced(stream: ReadStream): boolean {
  return (
    stream.emit !== own.emit ||
    stream.on !== own.on ||
    stream.push !== own.push ||
    stream.read !== own.read ||
    stream.pipe !== own.pipe ||
    stream.unpipe !== own.unpipe ||
    stream.pause !== own.pause ||
    stream.resume !== own.resume ||
    stream._destroy !== own._destroy
  );
}

/** Other file systems replace it, and their descriptors are none of the kernel's. */
const readOfFs = fs.read;
const isReadOfNode = Function.prototype.toString.call(readOfFs).includes("binding.read(");

/** The one stream that gets everything; undefined when there is none, or another. */
export function onlyTarget(stream: ReadStream): Writable | undefined {
  const { pipes } = inside(stream)._readableState;
  return pipes.length === 1 ? pipes[0] : undefined;
}

/** Whether all that has been read has been handed on, and more is wanted, now or after `'drain'`. */
export function isUpToDate(stream: ReadStream): boolean {
  const { length, flowing, awaitDrainWriters, pipes } = inside(stream)._readableState;
  return length === 0 && (flowing === true || awaitDrainWriters === pipes[0]);
}

/** Why what `stream` would read cannot be sent without it; undefined when it can. */
export function streamObstacle(stream: ReadStream): string | undefined {
  if (isReplaced(stream)) {
    return `${ways.find((way) => stream[way] !== own[way])}() of the file stream has been replaced`;
  }
  const { decoder, encoding, objectMode } = inside(stream)._readableState;
  if (decoder || encoding || objectMode) return "the file stream decodes what it reads";
  if (!readsByNode(stream)) return "the file stream reads by a file system of its own";
  if (isHeard(stream)) return "somebody else listens to the file stream";
  const { pos, flags, fd } = inside(stream);
  if (pos === undefined && flags === undefined) {
    return "the file stream reads on from the position of its descriptor";
  }
  return typeof fd === "number" ? undefined : "the file stream has no descriptor";
}

/** Events that tell of bytes, or of their pace. */
export const telling: ReadonlySet<unknown> = new Set(["data", "readable", "pause", "resume"]);

/** By others than the pipe. */
function isHeard(stream: ReadStream): boolean {
  return (
    stream.listenerCount("data") !== 1 ||
    stream.rawListeners("data")[0]?.name !== "ondata" ||
    stream.listenerCount("readable") > 0 ||
    stream.listenerCount("pause") > 0 ||
    stream.listenerCount("resume") > 0
  );
}

function symbolOf(stream: ReadStream, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(stream).find((one) => one.description === description);
}

let kFs: symbol | undefined;

function readsByNode(stream: ReadStream): boolean {
  kFs ??= symbolOf(stream, "kFs");
  if (!kFs || !isReadOfNode || fs.read !== readOfFs) return false;
  // A stream of a FileHandle reads by that; Node allows no other file system beside it.
  if (symbolOf(stream, "kHandle")) return true;
  // Of a file system that only opens and closes in its own way, the descriptors are the kernel's too.
  return (inside(stream)[kFs] as typeof fs | undefined)?.read === readOfFs;
}

/** Where a stream reads next. */
export interface Place {
  readonly fd: number;
  readonly offset: number;
  /** Behind its last byte; Infinity: wherever the file ends. */
  readonly end: number;
}

export function placeOf(stream: ReadStream): Place {
  const { fd, pos, bytesRead, end } = inside(stream);
  return { fd: fd!, offset: pos ?? bytesRead, end: end + 1 };
}

/** `bytes` have gone where the stream would have handed them. */
export function advance(stream: ReadStream, bytes: number): void {
  const fields = inside(stream);
  if (bytes > 0) fields._readableState.dataEmitted = true;
  fields.bytesRead += bytes;
  if (fields.pos !== undefined) fields.pos += bytes;
}

/** From now on the stream reads where it is, not where its descriptor is: that was not moved. */
export function readFromHere(stream: ReadStream): void {
  const fields = inside(stream);
  fields.pos ??= fields.bytesRead;
}
