/** Bytes as hexadecimal digits, grouped as CPython's `bytes.hex(sep, bytes_per_sep)` does. */
import { withBytes } from "./borrow.ts";
import { ValueError, cannot, describe, invalidType } from "./errors.ts";
import { isBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { toIndex } from "./slicing.ts";
import { digitsOf, textOf } from "./text.ts";

const action = "separate hex digits";
const pairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => digitsOf(byte));

/**
 * *Copies:* the digits are new text.
 *
 * @param separator One ASCII character between groups.
 * @param bytesPerGroup Counted from the end; negative from the start; 0 for no groups.
 * @throws {ValueError} for a separator that is not one ASCII character.
 */
export function hexOf(
  bytes: Uint8Array,
  separator?: string | BytesLike,
  bytesPerGroup: number = 1,
): string {
  const group = toIndex(bytesPerGroup, action);
  const between = separator === undefined ? "" : separatorText(separator);
  const size = between && Math.abs(group);
  if (!size) return digits(bytes, 0, bytes.length);
  const groups: string[] = [];
  let from = 0;
  for (let to = group > 0 ? bytes.length % size || size : size; from < bytes.length; to += size) {
    groups.push(digits(bytes, from, Math.min(to, bytes.length)));
    from = to;
  }
  return groups.join(between);
}

function digits(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i += 1) text += pairs[bytes[i]!]!;
  return text;
}

function separatorText(separator: string | BytesLike): string {
  const wanted = "one ASCII character";
  if (typeof separator !== "string" && !isBytesLike(separator)) {
    throw invalidType(action, wanted, separator);
  }
  const text = typeof separator === "string" ? separator : withBytes(separator, action, textOf);
  if (text.length === 1 && text <= "\x7f") return text;
  throw cannot(ValueError, action, wanted, describe(text));
}
