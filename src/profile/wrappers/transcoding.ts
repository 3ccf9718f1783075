/**
 * Strings to bytes and back. libc has a part in it only where one byte becomes one byte; where it has
 * depends on the version of Node.
 */
import { StringDecoder } from "node:string_decoder";
import type { Account } from "./account.ts";
import { stringBytes } from "./models.ts";
import { measured } from "./wrapping.ts";
import type { Wrapping } from "./wrapping.ts";

/*
 * Wrappers of what is often called on little are small: a comparison, then one call, of the original or of
 * what charges. V8 takes them into their callers together with the original; with a call in each branch,
 * two of them in a function leave no room for the rest of it (max-inlined-bytecode-size-cumulative).
 */

/** A character is at most three bytes. */
function fewestCharacters({ least }: Account): number {
  return least / 3;
}

/**
 * Charges a text that was decoded. libc has written all of it or nothing: that depends on the version of
 * Node, on the characters, on how many there are, and on whether the bytes were in order.
 */
function chargeText(
  account: Account,
  operation: number,
  text: string,
  encoding: unknown,
  before: number,
): void {
  if (text.length < account.least / 2 || account.counted() - before >= text.length) return;
  account.charge(operation, stringBytes(text, encoding), before);
}

type From = (value: unknown, encodingOrOffset?: unknown, length?: unknown) => Buffer;

function bufferFrom(original: From, account: Account, operation: number): From {
  const fewest = fewestCharacters(account);
  function charged(value: unknown, encoding?: unknown): Buffer {
    const before = account.counted();
    const made = original(value, encoding);
    account.charge(operation, made.byteLength, before);
    return made;
  }
  // Not a method, which has no `new`: `new Buffer.from(text)` is wrong, works, and is in many a program.
  return function from(value: unknown, encodingOrOffset?: unknown, length?: unknown): Buffer {
    const call = typeof value === "string" && value.length >= fewest ? charged : original;
    return call(value, encodingOrOffset, length);
  };
}

type Write = (
  this: Buffer,
  text: unknown,
  offset?: unknown,
  length?: unknown,
  encoding?: unknown,
) => number;

function write(original: Write, account: Account, operation: number): Write {
  const fewest = fewestCharacters(account);
  return {
    write(this: Buffer, text: unknown, offset?: unknown, length?: unknown, encoding?: unknown) {
      if (typeof text !== "string" || text.length < fewest) {
        return original.call(this, text, offset, length, encoding);
      }
      const before = account.counted();
      const written = original.call(this, text, offset, length, encoding);
      account.charge(operation, written, before);
      return written;
    },
  }.write;
}

type ToString = (this: Buffer, encoding?: unknown, start?: unknown, end?: unknown) => string;

function toString(original: ToString, account: Account, operation: number): ToString {
  const { least } = account;
  function charged(this: Buffer, encoding?: unknown, start?: unknown, end?: unknown): string {
    const before = account.counted();
    const text = original.call(this, encoding, start, end);
    chargeText(account, operation, text, encoding, before);
    return text;
  }
  return {
    toString(this: Buffer, encoding?: unknown, start?: unknown, end?: unknown): string {
      const call = this.length < least ? original : charged;
      return call.call(this, encoding, start, end);
    },
  }.toString;
}

type Decode = (this: unknown, source?: ArrayBufferView, options?: unknown) => string;

function decode(original: Decode, account: Account, operation: number): Decode {
  return {
    decode(this: unknown, source?: ArrayBufferView, options?: unknown): string {
      const before = account.counted();
      const text = original.call(this, source, options);
      chargeText(account, operation, text, "utf8", before);
      return text;
    },
  }.decode;
}

interface Decoding {
  readonly encoding?: unknown;
}

type WriteChunk = (this: Decoding, chunk: ArrayBufferView | string) => string;

function writeChunk(original: WriteChunk, account: Account, operation: number): WriteChunk {
  return {
    write(this: Decoding, chunk: ArrayBufferView | string): string {
      const before = account.counted();
      const text = original.call(this, chunk);
      if (typeof chunk !== "string") {
        chargeText(account, operation, text, this.encoding, before);
      }
      return text;
    },
  }.write;
}

type Encode = (this: unknown, text?: unknown) => Uint8Array;

function encode(original: Encode, account: Account, operation: number): Encode {
  const fewest = fewestCharacters(account);
  return {
    encode(this: unknown, text?: unknown): Uint8Array {
      if (typeof text !== "string" || text.length < fewest) return original.call(this, text);
      const before = account.counted();
      const made = original.call(this, text);
      account.charge(operation, made.byteLength, before);
      return made;
    },
  }.encode;
}

type EncodeInto = (this: unknown, text: unknown, target: unknown) => { written: number };

function encodeInto(original: EncodeInto, account: Account, operation: number): EncodeInto {
  const fewest = fewestCharacters(account);
  return {
    encodeInto(this: unknown, text: unknown, target: unknown): { written: number } {
      if (typeof text !== "string" || text.length < fewest) {
        return original.call(this, text, target);
      }
      const before = account.counted();
      const result = original.call(this, text, target);
      account.charge(operation, result.written, before);
      return result;
    },
  }.encodeInto;
}

const length = (text: string): number => text.length;
const byteLength = (view: Uint8Array): number => view.byteLength;
const written = (result: { readonly written: number }): number => result.written;

/** Node 26 and later. */
const base64: readonly Wrapping[] = (
  [
    ["Uint8Array.fromBase64", Uint8Array, "fromBase64", measured(byteLength)],
    ["Uint8Array.fromHex", Uint8Array, "fromHex", measured(byteLength)],
    ["u8.toBase64", Uint8Array.prototype, "toBase64", measured(length)],
    ["u8.toHex", Uint8Array.prototype, "toHex", measured(length)],
    ["u8.setFromBase64", Uint8Array.prototype, "setFromBase64", measured(written)],
    ["u8.setFromHex", Uint8Array.prototype, "setFromHex", measured(written)],
  ] as const
).map(([name, owner, key, wrap]) => ({ name, owner: () => owner, key, kind: "copy", wrap }));

export const transcoding: readonly Wrapping[] = [
  { name: "Buffer.from", owner: () => Buffer, key: "from", kind: "copy", wrap: bufferFrom },
  { name: "buf.write", owner: () => Buffer.prototype, key: "write", kind: "copy", wrap: write },
  {
    name: "buf.toString",
    owner: () => Buffer.prototype,
    key: "toString",
    kind: "copy",
    wrap: toString,
  },
  {
    name: "textEncoder.encode",
    owner: () => TextEncoder.prototype,
    key: "encode",
    kind: "copy",
    wrap: encode,
  },
  {
    name: "textEncoder.encodeInto",
    owner: () => TextEncoder.prototype,
    key: "encodeInto",
    kind: "copy",
    wrap: encodeInto,
  },
  {
    name: "textDecoder.decode",
    owner: () => TextDecoder.prototype,
    key: "decode",
    kind: "copy",
    wrap: decode,
  },
  {
    name: "stringDecoder.write",
    owner: () => StringDecoder.prototype,
    key: "write",
    kind: "copy",
    wrap: writeChunk,
  },
  ...base64,
];
