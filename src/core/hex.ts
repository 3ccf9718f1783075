/** Bytes as hexadecimal digits and back, as CPython's `bytes.hex(sep, bytes_per_sep)` and `fromhex`. */
import { cloneBytes } from "./copy.ts";
import { digitValues, misplaced, withAscii } from "./digits.ts";
import { ValueError, cannot, describe, invalidType } from "./errors.ts";
import { isConstant, isExporter } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { isSpace } from "./searching.ts";
import { toSize } from "./slicing.ts";
import { latin1Bytes, utf8Text } from "./text.ts";

const action = "separate digits";
const alphabet = "0123456789abcdef";
const digits = /* @__PURE__ */ latin1Bytes(alphabet);

/**
 * *Copies:* the digits are new text.
 *
 * @param separator One ASCII character between groups.
 * @param bytesPerGroup Counted from the end; negative from the start; 0 for no groups.
 * @throws {ValueError} for a separator that is not one ASCII character.
 * @throws {OverflowError} for groups that a C `int` cannot count.
 */
export function hexOf(
  bytes: Uint8Array,
  separator?: string | BytesLike,
  bytesPerGroup: number = 1,
): string {
  const { length } = bytes;
  const group = toSize(bytesPerGroup, action, 32);
  const between = separator === undefined ? 0 : separatorCode(separator);
  const size = (separator !== undefined && Math.abs(group)) || length || 1;
  const text = new Uint8Array(length * 2 + Math.max(Math.ceil(length / size) - 1, 0));
  let left = (group > 0 && length % size) || size; // of this group
  let at = 0;
  for (let i = 0; i < length; i += 1) {
    if (left === 0) {
      text[at++] = between;
      left = size;
    }
    left -= 1;
    text[at++] = digits[bytes[i]! >> 4]!;
    text[at++] = digits[bytes[i]! & 15]!;
  }
  return utf8Text(text);
}

function separatorCode(separator: string | BytesLike): number {
  if (isExporter(separator) && !isConstant(separator)) {
    throw invalidType(action, "text or Bytes", separator); // so CPython
  }
  return withAscii(separator, action, ([code = 0x80, ...more]) => {
    if (code < 0x80 && more.length === 0) return code;
    throw cannot(ValueError, action, "one ASCII character", describe(separator));
  });
}

const reading = "decode";
const values = /* @__PURE__ */ digitValues(`${alphabet}0123456789ABCDEF`, 16);

/**
 * The bytes of pairs of digits. ASCII white space between pairs does not count.
 *
 * *Copies:* the bytes are new memory.
 *
 * @throws {ValueError} for anything but pairs of digits. @throws {TypeError} unless text or bytes-like.
 */
export function bytesOfHex(text: string | BytesLike): Uint8Array<ArrayBuffer> {
  return withAscii(text, reading, parse);
}

function parse(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length >> 1);
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text[at]!;
    const high = values[code]!;
    if (high < 0 && isSpace(code)) continue;
    if (high >= 0) at += 1;
    const low = at < text.length ? values[text[at]!]! : -1;
    if (high < 0 || low < 0) throw misplaced(reading, text, at);
    bytes[size++] = (high << 4) | low;
  }
  return size === bytes.length ? bytes : cloneBytes(bytes.subarray(0, size));
}
