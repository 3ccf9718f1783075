/** Bytes as characters, by the runtime's own UTF-8 where it serves. */
import { cloneBytes } from "./copy.ts";
import { OverflowError, cannot } from "./errors.ts";

interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** Not among the types of ES2023, but wherever that runs. */
interface Coders {
  readonly TextEncoder: new () => Encoder;
  readonly TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => Decoder;
}

const { TextEncoder, TextDecoder } = globalThis as unknown as Coders;
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text as UTF-8; of a lone surrogate, U+FFFD. */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * Valid UTF-8 as text. *Copies:* memory that is shared or resizable, which browsers do not decode, or
 * of another realm, once.
 */
export function utf8Text(bytes: Uint8Array): string {
  const { buffer } = bytes as { buffer: ArrayBufferLike & { resizable?: boolean } };
  const isPlain = buffer instanceof ArrayBuffer && buffer.resizable !== true;
  return decoder.decode(isPlain ? bytes : cloneBytes(bytes));
}

const chunk = 4096;

/** The bytes as text of Latin-1. *Copies:* n bytes, as text. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += chunk) {
    const part: Iterable<number> = bytes.subarray(from, from + chunk);
    text += String.fromCharCode.apply(null, part as number[]); // ten times as fast as `...part`
  }
  return text;
}

/** Text of Latin-1 as bytes. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** What is padded is no longer than this: engines hold much less in a string than in memory. */
export const longestText: number = 2 ** 27;

/** A length of padded text. @throws {OverflowError} for more. */
export function textSize(size: number): number {
  if (size <= longestText) return Math.max(size, 0);
  throw cannot(OverflowError, "format", `at most ${longestText} characters`, size);
}

/** A number in hexadecimal digits, two by default. */
export function digitsOf(value: number, size = 2): string {
  return value.toString(16).padStart(size, "0");
}
