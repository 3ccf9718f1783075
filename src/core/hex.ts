/** Bytes as hexadecimal digits, grouped as CPython's `bytes.hex(sep, bytes_per_sep)` does. */
import { isBytesLike, withBytes } from "./borrow.ts";
import { ValueError, invalidType } from "./errors.ts";
import type { BytesLike } from "./protocol.ts";
import { toIndex } from "./slicing.ts";
import { textOf } from "./text.ts";

const pairs: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

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
  const group = toIndex(bytesPerGroup, "group hex digits by this many bytes");
  const between = separator === undefined ? "" : separatorText(separator);
  const size = Math.abs(group);
  if (separator === undefined || size === 0 || size >= bytes.length) {
    return digits(bytes, 0, bytes.length);
  }
  const groups: string[] = [];
  const first = group > 0 ? bytes.length % size || size : size;
  for (let from = 0, to = first; from < bytes.length; from = to, to += size) {
    groups.push(digits(bytes, from, Math.min(to, bytes.length)));
  }
  return groups.join(between);
}

function digits(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i += 1) text += pairs[bytes[i]!];
  return text;
}

function separatorText(separator: string | BytesLike): string {
  const action = "separate hex digits";
  if (typeof separator !== "string" && !isBytesLike(separator)) {
    throw invalidType(action, "one ASCII character", separator);
  }
  const text = typeof separator === "string" ? separator : withBytes(separator, action, textOf);
  if (text.length !== 1 || text > "\x7f") {
    throw new ValueError(
      `Cannot ${action}: wanted one ASCII character, found ${JSON.stringify(text)}`,
    );
  }
  return text;
}
