/** Case and kinds of ASCII characters; all other bytes have neither. As CPython's `bytes` methods. */
import { tableOf, translateBytes } from "./replacing.ts";
import { isSpace } from "./searching.ts";

/** Bits of a kind. */
export const DIGIT = 1;
export const LOWER = 2;
export const UPPER = 4;
export const SPACE = 8;
export const ASCII = 16;
const LETTER = LOWER | UPPER;

const kinds = /* @__PURE__ */ tableOf((byte) => {
  if (byte > 127) return 0;
  if (byte >= 48 && byte <= 57) return ASCII | DIGIT;
  if (byte >= 65 && byte <= 90) return ASCII | UPPER;
  if (byte >= 97 && byte <= 122) return ASCII | LOWER;
  return ASCII | (isSpace(byte) ? SPACE : 0);
});

const lowered = /* @__PURE__ */ tableOf((byte) => (kinds[byte]! & UPPER ? byte + 32 : byte));
const uppered = /* @__PURE__ */ tableOf((byte) => (kinds[byte]! & LOWER ? byte - 32 : byte));
const swapped = /* @__PURE__ */ tableOf((byte) => byte ^ (kinds[byte]! & LETTER && 32));

export const lower = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => translateBytes(bytes, lowered);
export const upper = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => translateBytes(bytes, uppered);
export const swapCase = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  translateBytes(bytes, swapped);

/** The first byte in upper case, all others in lower case. */
export function capitalize(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = lower(bytes);
  if (result.length > 0) result[0] = uppered[result[0]!]!;
  return result;
}

/** The first letter of each run of letters in upper case, all others in lower case. */
export function title(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = lower(bytes);
  for (let i = 0; i < result.length; i += 1) {
    if (i === 0 || !(kinds[bytes[i - 1]!]! & LETTER)) result[i] = uppered[result[i]!]!;
  }
  return result;
}

/** Is every byte of one of these kinds? */
export function isAll(bytes: Uint8Array, wanted: number): boolean {
  for (let i = 0; i < bytes.length; i += 1) if (!(kinds[bytes[i]!]! & wanted)) return false;
  return true;
}

/** Are there letters, and all of them of this case? */
export function isCased(bytes: Uint8Array, wanted: typeof LOWER | typeof UPPER): boolean {
  let found = 0;
  for (let i = 0; i < bytes.length; i += 1) found |= kinds[bytes[i]!]!;
  return (found & LETTER) === wanted;
}

/** Are there letters, and just the first of each run of them in upper case? */
export function isTitle(bytes: Uint8Array): boolean {
  let found = 0;
  let before = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const letter = kinds[bytes[i]!]! & LETTER;
    if (letter !== 0 && (letter === UPPER) === before > 0) return false;
    found |= letter;
    before = letter;
  }
  return found !== 0;
}
