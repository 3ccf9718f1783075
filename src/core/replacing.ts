/** Bytes made of other bytes: replaced, translated, joined, padded. As CPython's `bytes` methods. */
import { withAllBytes, withBytes } from "./borrow.ts";
import { copySpan, sliceBytes } from "./copy.ts";
import { ValueError, cannot } from "./errors.ts";
import type { BytesLike } from "./protocol.ts";
import { eachMatch } from "./searching.ts";

/**
 * `next` instead of `old`, `most` times at most; an empty `old` lies before every byte and at the end.
 * Undefined when there is nothing to replace. *Copies:* the result, once.
 */
export function replaceBytes(
  bytes: Uint8Array,
  old: Uint8Array,
  next: Uint8Array,
  most: number,
): Uint8Array<ArrayBuffer> | undefined {
  const starts: number[] = [];
  if (old.length > 0) eachMatch(bytes, old, most, (at) => starts.push(at));
  else for (let at = 0; at <= bytes.length && at < most; at += 1) starts.push(at);
  if (starts.length === 0) return undefined;
  const result = new Uint8Array(bytes.length + starts.length * (next.length - old.length));
  let from = 0;
  let put = 0;
  for (const at of starts) {
    put = copySpan(bytes, from, at, result, put);
    put = copySpan(next, 0, next.length, result, put);
    from = at + old.length;
  }
  copySpan(bytes, from, bytes.length, result, put);
  return result;
}

/** Each byte as `table` has it, those of `dropped` left out. */
export function translateBytes(
  bytes: Uint8Array,
  table: Uint8Array | null,
  dropped?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  const map = table ?? tableOf((byte) => byte);
  if (!dropped || dropped.length === 0) {
    for (let i = 0; i < bytes.length; i += 1) result[i] = map[bytes[i]!]!;
    return result;
  }
  const kept = new Uint8Array(256).fill(1);
  for (const byte of dropped) kept[byte] = 0;
  let put = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    result[put] = map[byte]!;
    put += kept[byte]!;
  }
  return sliceBytes(result, 0, put);
}

/** The bytes of all parts, with `separator` between them. *Copies:* the result, once. */
export function joinBytes(
  separator: Uint8Array,
  parts: readonly unknown[],
  action: string,
): Uint8Array<ArrayBuffer> {
  return withAllBytes(parts, action, (windows) => {
    let length = Math.max(0, windows.length - 1) * separator.length;
    for (const window of windows) length += window.length;
    const result = new Uint8Array(length);
    let put = 0;
    windows.forEach((window, index) => {
      if (index > 0) put = copySpan(separator, 0, separator.length, result, put);
      put = copySpan(window, 0, window.length, result, put);
    });
    return result;
  });
}

/** The bytes, `times` times. *Copies:* the result, once. */
export function repeatBytes(bytes: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length * Math.max(0, times));
  if (bytes.length === 1) return result.fill(bytes[0]!);
  for (let put = 0; put < result.length;) put = copySpan(bytes, 0, bytes.length, result, put);
  return result;
}

/** So many bytes of `fill` before and after. */
export function padBytes(
  bytes: Uint8Array,
  before: number,
  after: number,
  fill: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(before + bytes.length + after).fill(fill);
  copySpan(bytes, 0, bytes.length, result, before);
  return result;
}

/** Zeros to `width`, behind the sign. */
export function fillZeros(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const zeros = Math.max(0, width - bytes.length);
  const result = padBytes(bytes, zeros, 0, 48);
  const sign = bytes[0];
  if (zeros > 0 && (sign === 43 || sign === 45)) {
    result[zeros] = 48;
    result[0] = sign;
  }
  return result;
}

/** Spaces instead of tabs, up to the next multiple of `size`; columns begin after `\n` and `\r`. */
export function expandTabs(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const result: number[] = [];
  let column = 0;
  for (const byte of bytes) {
    if (byte === 9) {
      const stop = size > 0 ? column + size - (column % size) : column;
      for (; column < stop; column += 1) result.push(32);
    } else {
      result.push(byte);
      column = byte === 10 || byte === 13 ? 0 : column + 1;
    }
  }
  return Uint8Array.from(result);
}

/**
 * A table for `translateBytes`: the bytes of `from` become those of `to`, all others stay.
 *
 * @throws {ValueError} unless both have one length.
 */
export function translationTable(from: BytesLike, to: BytesLike): Uint8Array<ArrayBuffer> {
  const table = tableOf((byte) => byte);
  withBytes(from, "translate", (sources) =>
    withBytes(to, "translate", (targets) => {
      if (sources.length !== targets.length) {
        throw cannot(ValueError, "translate", `${sources.length} bytes`, targets.length);
      }
      sources.forEach((source, i) => (table[source] = targets[i]!));
    }),
  );
  return table;
}

/** A table for `translateBytes`. */
export function tableOf(value: (byte: number) => number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 256 }, (_, byte) => value(byte));
}
