/** Text from bytes, with Python's names of encodings and of ways to treat errors. */

import { cloneBytes } from "./copy.ts";
import { LookupError, UnicodeDecodeError, cannot, describe, invalidType } from "./errors.ts";
import type { UnicodeErrorFields } from "./errors.ts";
import { isShared } from "./protocol.ts";
import { digitsOf, textOf } from "./text.ts";

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

type Encoding = "utf-8" | "latin-1" | "ascii";

/** Python's aliases, without `-`, `_` and case. */
const aliases: Readonly<Record<Encoding, string>> = {
  "utf-8": "utf8 u8 utf",
  "latin-1": "latin1 latin l1 iso88591 88591 cp819",
  ascii: "ascii usascii 646",
};

/**
 * *Copies:* the text is new memory.
 *
 * @throws {LookupError} for an encoding or a way to treat errors that is not known.
 * @throws {UnicodeDecodeError} with `"strict"`, for bytes that are no text.
 */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: DecodeErrors): string {
  if (typeof encoding !== "string") throw invalidType("decode", "an encoding", encoding);
  const alias = encoding.toLowerCase().replaceAll(/[-_ ]/g, "");
  const names = Object.keys(aliases) as Encoding[];
  const name = names.find((known) => aliases[known].split(" ").includes(alias));
  if (!name) throw cannot(LookupError, "decode", names.join(", "), describe(encoding));
  if (name === "latin-1") return textOf(bytes);
  if (name === "utf-8" || bytes.every((byte) => byte < 0x80)) {
    try {
      return decodeValid(bytes);
    } catch {
      // Not valid: the parts are looked at one by one.
    }
  }
  return decodeParts(bytes, name, errors);
}

function decodeParts(bytes: Uint8Array, encoding: Encoding, errors: DecodeErrors): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const [length, reason] = sequenceAt(bytes, at, encoding === "ascii");
    const start = at;
    at += length;
    if (reason) {
      const fields = { encoding, object: bytes, start, end: at, reason };
      text += decodeValid(bytes.subarray(from, start)) + substitute(fields, errors);
      from = at;
    }
  }
  return text + decodeValid(bytes.subarray(from));
}

/** Browsers decode neither shared nor resizable memory. *Copies:* such memory, once. */
function decodeValid(bytes: Uint8Array): string {
  const { buffer } = bytes as { buffer: ArrayBufferLike & { resizable?: boolean } };
  const isPlain = !isShared(buffer) && buffer.resizable !== true;
  return utf8.decode(isPlain ? bytes : cloneBytes(bytes));
}

function substitute(
  fields: UnicodeErrorFields & { readonly object: Uint8Array },
  errors: DecodeErrors,
): string {
  const { object, start, end } = fields;
  switch (errors) {
    case "strict":
      throw new UnicodeDecodeError(fields);
    case "ignore":
      return "";
    case "replace":
      return "\ufffd";
    case "backslashreplace":
      return Array.from(object.subarray(start, end), (byte) => `\\x${digitsOf(byte)}`).join("");
    default: {
      const wanted = "strict, ignore, replace or backslashreplace";
      throw cannot(LookupError, "decode", wanted, describe(errors));
    }
  }
}

/**
 * The length of the UTF-8 sequence at an offset, and why it is invalid, if it is: then it is the
 * longest valid beginning (Unicode §3.9). No overlong forms, no surrogates, nothing above U+10FFFF.
 */
function sequenceAt(
  bytes: Uint8Array,
  at: number,
  isAscii: boolean,
): readonly [length: number, reason?: string] {
  const lead = bytes[at]!;
  if (lead < 0x80) return [1];
  if (isAscii) return [1, "ordinal not in range(128)"];
  if (lead < 0xc2 || lead > 0xf4) return [1, "invalid start byte"];
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return [i, "unexpected end of data"];
    if (byte < low || byte > high) return [i, "invalid continuation byte"];
    low = 0x80;
    high = 0xbf;
  }
  return [length];
}
