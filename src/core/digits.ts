/** What hexadecimal digits and base64 have in common: an alphabet, and text that should be ASCII. */
import { withBytes } from "./borrow.ts";
import { ValueError, cannot } from "./errors.ts";
import { isBytesLike, notBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { utf8Bytes } from "./text.ts";

/** For every byte the digit that its character is, or -1. An alphabet may repeat its digits. */
export function digitValues(alphabet: string, radix: number): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i % radix;
  return values;
}

/** Calls `use` with text as bytes; characters that are not ASCII become bytes from 0x80. */
export function withAscii<R>(
  text: string | BytesLike,
  action: string,
  use: (text: Uint8Array) => R,
): R {
  if (typeof text === "string") return use(utf8Bytes(text));
  if (isBytesLike(text)) return withBytes(text, action, use);
  throw notBytesLike(action, text, "text or ");
}

/** Text does not go on with digits at an offset. */
export function misplaced(action: string, text: Uint8Array, at: number): ValueError {
  const found = at < text.length ? "another character" : "the end";
  return cannot(ValueError, action, "digits", `${found} at ${at}`);
}
