/**
 * Base64 by RFC 4648, strictly, so that there is one text for the same bytes: no white space (§3.3),
 * padding (§3.2), no bits beyond the last byte (§3.5). ES2026's `Uint8Array.fromBase64` with
 * `lastChunkHandling: "strict"` is the same but skips white space; Python's
 * `b64decode(validate=True)` is the same but ignores those bits.
 *
 * With `url`, `-` and `_` are in the alphabet (§5), and padding is left out, as in Node's `"base64url"`
 * and RFC 7515 §2; text that has it, as Python's, is read all the same.
 */
import { digitValues, misplaced, withAscii } from "./digits.ts";
import type { BytesLike } from "./protocol.ts";
import { latin1Bytes, utf8Text } from "./text.ts";

export interface Base64Options {
  /** The alphabet for URLs and file names, without padding. Default false. */
  readonly url?: boolean;
}

interface Table {
  readonly digits: Uint8Array;
  readonly values: Int8Array;
}

const plain = /* @__PURE__ */ tableOf("+/");
const forUrl = /* @__PURE__ */ tableOf("-_");

function tableOf(last: string): Table {
  const alphabet = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`;
  return { digits: latin1Bytes(alphabet), values: digitValues(alphabet, 64) };
}

const padding = 61; // "="

/** Three bytes are four characters. *Copies:* the text is new memory. */
export function base64Of(bytes: Uint8Array, { url = false }: Base64Options = {}): string {
  const { length } = bytes;
  const { digits } = url ? forUrl : plain;
  const size = Math.ceil((length * 4) / 3);
  const text = new Uint8Array(url ? size : Math.ceil(length / 3) * 4);
  let put = 0;
  for (let at = 0; at < length; at += 3) {
    // Beyond the ends, nothing is 0 and goes nowhere.
    const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text[put++] = digits[bits >> 18]!;
    text[put++] = digits[(bits >> 12) & 63]!;
    text[put++] = digits[(bits >> 6) & 63]!;
    text[put++] = digits[bits & 63]!;
  }
  return utf8Text(text.fill(padding, size));
}

const action = "decode";

/**
 * The bytes that base64 stands for. *Copies:* the bytes are new memory.
 *
 * @throws {ValueError} for anything but base64. @throws {TypeError} unless text or bytes-like.
 */
export function bytesOfBase64(
  text: string | BytesLike,
  { url = false }: Base64Options = {},
): Uint8Array<ArrayBuffer> {
  return withAscii(text, action, (characters) => parse(characters, url));
}

function parse(text: Uint8Array, url: boolean): Uint8Array<ArrayBuffer> {
  const { values } = url ? forUrl : plain;
  let end = text.length;
  while (end > 0 && end > text.length - 2 && text[end - 1] === padding) end -= 1;
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let bits = 0;
  let over = 0; // bits that are no whole byte yet
  let put = 0;
  for (let at = 0; at < end; at += 1) {
    const value = values[text[at]!]!;
    if (value < 0) throw misplaced(action, text, at);
    bits = (bits << 6) | value;
    over = (over + 6) % 8;
    if (over < 6) bytes[put++] = bits >> over;
  }
  const isWhole = text.length % 4 === 0 || (url && end === text.length && end % 4 > 1);
  if (!isWhole) throw misplaced(action, text, text.length);
  if (bits & ((1 << over) - 1)) throw misplaced(action, text, end - 1);
  return bytes;
}
