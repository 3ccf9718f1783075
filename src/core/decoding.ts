/** Text from bytes, with Python's names of encodings and of ways to treat errors. */

import { cloneBytes } from "./copy.ts";
import { LookupError, UnicodeDecodeError, describe, invalidType } from "./errors.ts";
import { isShared } from "./protocol.ts";
import { textOf } from "./text.ts";

/** What becomes of bytes that are not text. */
export type DecodeErrors = "strict" | "ignore" | "replace" | "backslashreplace";

interface Decoder {
  decode(bytes: Uint8Array): string;
}

type DecoderConstructor = new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => Decoder;

const utf8 = /* @__PURE__ */ makeDecoder();

function makeDecoder(): Decoder {
  const { TextDecoder } = globalThis as unknown as { TextDecoder: DecoderConstructor };
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

/** Python's aliases, without `-`, `_` and case. */
const encodings: Readonly<Record<string, "utf-8" | "latin-1" | "ascii">> = {
  utf8: "utf-8",
  u8: "utf-8",
  utf: "utf-8",
  latin1: "latin-1",
  latin: "latin-1",
  l1: "latin-1",
  iso88591: "latin-1",
  "88591": "latin-1",
  cp819: "latin-1",
  ascii: "ascii",
  usascii: "ascii",
  "646": "ascii",
};

/**
 * *Copies:* the text is new memory.
 *
 * @throws {LookupError} for an encoding or a way to treat errors that is not known.
 * @throws {UnicodeDecodeError} with `"strict"`, for bytes that are no text.
 */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: DecodeErrors): string {
  if (typeof encoding !== "string")
    throw invalidType("decode", "the name of an encoding", encoding);
  const name = encodings[encoding.toLowerCase().replaceAll(/[-_ ]/g, "")];
  if (name === undefined) {
    throw new LookupError(
      `Cannot decode: wanted utf-8, latin-1 or ascii, found ${describe(encoding)}`,
    );
  }
  if (name === "latin-1" || (name === "ascii" && bytes.every((byte) => byte < 128))) {
    return textOf(bytes);
  }
  if (name === "utf-8") {
    try {
      return utf8.decode(unshared(bytes));
    } catch {
      // Not valid: the parts are looked at one by one.
    }
  }
  return decodeParts(bytes, name, errors);
}

function decodeParts(bytes: Uint8Array, encoding: "utf-8" | "ascii", errors: DecodeErrors): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const { length, reason } = encoding === "ascii" ? asciiAt(bytes, at) : sequenceAt(bytes, at);
    if (reason !== "") {
      text += decodeValid(bytes.subarray(from, at), encoding);
      text += substitute(bytes, [at, at + length], { encoding, reason, errors });
      from = at + length;
    }
    at += length;
  }
  return text + decodeValid(bytes.subarray(from), encoding);
}

function decodeValid(bytes: Uint8Array, encoding: "utf-8" | "ascii"): string {
  return encoding === "ascii" ? textOf(bytes) : utf8.decode(unshared(bytes));
}

function substitute(
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  { encoding, reason, errors }: { encoding: string; reason: string; errors: DecodeErrors },
): string {
  switch (errors) {
    case "strict":
      throw new UnicodeDecodeError({ encoding, object: bytes, start, end, reason });
    case "ignore":
      return "";
    case "replace":
      return "\ufffd";
    case "backslashreplace":
      return Array.from(bytes.subarray(start, end), hexEscape).join("");
    default:
      throw new LookupError(
        `Cannot decode: wanted errors as strict, ignore, replace or backslashreplace, found ${describe(errors)}`,
      );
  }
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** Browsers decode neither shared nor resizable memory. *Copies:* such memory, once. */
function unshared(bytes: Uint8Array): Uint8Array {
  const { buffer } = bytes as { buffer: ArrayBufferLike & { resizable?: boolean } };
  return isShared(buffer) || buffer.resizable === true ? cloneBytes(bytes) : bytes;
}

interface Sequence {
  readonly length: number;
  /** Empty when it is valid. */
  readonly reason: string;
}

function asciiAt(bytes: Uint8Array, at: number): Sequence {
  return { length: 1, reason: bytes[at]! < 128 ? "" : "ordinal not in range(128)" };
}

/** The UTF-8 sequence at an offset; of an invalid one, its longest valid beginning (Unicode §3.9). */
function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  const lead = bytes[at]!;
  if (lead < 0x80) return { length: 1, reason: "" };
  const count = lead >= 0xc2 && lead <= 0xf4 ? (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4) : 0;
  if (count === 0) return { length: 1, reason: "invalid start byte" };
  for (let i = 1; i < count; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return { length: i, reason: "unexpected end of data" };
    const [low, high] = i === 1 ? secondByte(lead) : [0x80, 0xbf];
    if (byte < low || byte > high) return { length: i, reason: "invalid continuation byte" };
  }
  return { length: count, reason: "" };
}

/** No overlong forms, no surrogates, nothing above U+10FFFF. */
function secondByte(lead: number): readonly [low: number, high: number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
