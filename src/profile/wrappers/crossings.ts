/**
 * Bytes across the border to the kernel: files and sockets. Wrapped where there are no hooks. What is
 * read asynchronously is charged when it has arrived, when the program is no longer on the stack.
 */
import fs from "node:fs";
import type { Kind } from "../model.ts";
import { applied, called, promised } from "./wrapping.ts";
import type { Wrapping } from "./wrapping.ts";

const count = (bytes: number): number => bytes;

/** A string goes out as UTF-8, unless something else is said. */
function dataBytes(data: unknown, encoding?: unknown): number {
  if (typeof data === "string") return Buffer.byteLength(data, encoding as BufferEncoding);
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

const arrived = (data: unknown): number => dataBytes(data);
const written = (_: unknown, [, data]: readonly unknown[]): number => dataBytes(data);

interface Chunk {
  readonly chunk: unknown;
  readonly encoding: unknown;
}

const sent = (_: unknown, [data, encoding]: readonly unknown[]): number =>
  dataBytes(data, encoding);
const sentAll = (_: unknown, [chunks]: readonly unknown[]): number =>
  (chunks as readonly Chunk[]).reduce(
    (sum, { chunk, encoding }) => sum + dataBytes(chunk, encoding),
    0,
  );

const socket = (): object => process.getBuiltinModule("net").Socket.prototype;
const readable = (): object => process.getBuiltinModule("stream").Readable.prototype;

function isSocket(stream: unknown): boolean {
  return stream instanceof process.getBuiltinModule("net").Socket;
}

/** A request whose body Node's parser reads from the socket itself, and copies out of where it has read. */
function isParsed(stream: unknown): boolean {
  const { IncomingMessage } = process.getBuiltinModule("http");
  return stream instanceof IncomingMessage && stream.statusCode === null;
}

function received(this: unknown, _: unknown, [data]: readonly unknown[]): number {
  return isSocket(this) || isParsed(this) ? dataBytes(data) : 0;
}

function parsed(this: unknown, _: unknown, [data]: readonly unknown[]): number {
  return isParsed(this) ? dataBytes(data) : 0;
}

type Row = readonly [
  kind: Kind,
  name: string,
  owner: () => object,
  key: string,
  wrap: Wrapping["wrap"],
];

const files = (): object => fs;
const promises = (): object => fs.promises;

export const crossings: readonly Wrapping[] = (
  [
    ["in", "fs.readSync", files, "readSync", applied(count)],
    ["in", "fs.readvSync", files, "readvSync", applied(count)],
    ["in", "fs.readFileSync", files, "readFileSync", applied(arrived)],
    ["in", "fs.read", files, "read", called(count)],
    ["in", "fs.readv", files, "readv", called(count)],
    ["in", "fs.readFile", files, "readFile", called(arrived)],
    ["in", "fs.promises.readFile", promises, "readFile", promised(arrived)],
    ["out", "fs.writeSync", files, "writeSync", applied(count)],
    ["out", "fs.writevSync", files, "writevSync", applied(count)],
    ["out", "fs.writeFileSync", files, "writeFileSync", applied(written)],
    ["out", "fs.appendFileSync", files, "appendFileSync", applied(written)],
    ["out", "fs.write", files, "write", called(count)],
    ["out", "fs.writev", files, "writev", called(count)],
    ["out", "fs.writeFile", files, "writeFile", called(written)],
    ["out", "fs.appendFile", files, "appendFile", called(written)],
    ["out", "fs.promises.writeFile", promises, "writeFile", promised(written)],
    ["out", "fs.promises.appendFile", promises, "appendFile", promised(written)],
    ["out", "socket write", socket, "_write", applied(sent)],
    ["out", "socket write", socket, "_writev", applied(sentAll)],
    ["in", "socket read", readable, "push", applied(received)],
    ["copy", "HTTP parser", readable, "push", applied(parsed)],
  ] satisfies Row[]
).map(([kind, name, owner, key, wrap]) => ({ kind, name, owner, key, wrap }));
