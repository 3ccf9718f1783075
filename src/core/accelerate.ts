/**
 * The bulk primitives that JavaScript lacks: comparing and searching bytes, filling with a pattern.
 * Node, Bun and Deno have them as methods of Buffer, at the speed of memory; they are used where
 * `globalThis.Buffer` is present, and everything works without them.
 */

/** What is used of Buffer. */
interface BufferLike extends Uint8Array {
  compare(other: Uint8Array): number;
  indexOf(value: Uint8Array | number, byteOffset?: number): number;
  lastIndexOf(value: Uint8Array | number, byteOffset?: number): number;
  fill(value: Uint8Array | number): this;
}

interface BufferConstructor {
  readonly prototype: BufferLike;
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): BufferLike;
  compare(a: Uint8Array, b: Uint8Array): number;
}

const present = (globalThis as { Buffer?: BufferConstructor }).Buffer;
let native: BufferConstructor | undefined = present;

/** Below this many bytes a loop is faster than a call. */
const shortest = 48;

/** The switch, for tests and benchmarks. Returns whether Buffer is used from now on. */
export function accelerate(on: boolean): boolean {
  native = on ? present : undefined;
  return native !== undefined;
}

/** Are these the same bytes? O(n). */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (native && a.length >= shortest) return native.compare(a, b) === 0;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Which comes first: -1, 0 or 1. O(n). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  if (native && a.length >= shortest) return native.compare(a, b);
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return Math.sign(a.length - b.length);
}

/**
 * A search through all of `bytes`: the function says where `needle`, which is not empty, first lies at
 * or after an offset, or -1.
 */
export function finder(bytes: Uint8Array, needle: Uint8Array): (from: number) => number {
  const first = needle[0]!;
  const value = needle.length === 1 ? first : needle;
  if (native && isWorthwhile(bytes.length)) {
    const { indexOf } = native.prototype;
    return (from) => indexOf.call(bytes, value, from);
  }
  return (from) => {
    let at = bytes.indexOf(first, from);
    while (at >= 0 && !matches(bytes, needle, at)) at = bytes.indexOf(first, at + 1);
    return at;
  };
}

/** Where `needle` first lies within `bytes[from, to)`, or -1. O(n) where bytes vary. */
export function indexOfBytes(
  bytes: Uint8Array,
  needle: Uint8Array,
  from: number,
  to: number,
): number {
  if (from > to || needle.length > to - from) return -1;
  if (needle.length === 0) return from;
  return finder(to < bytes.length ? bytes.subarray(0, to) : bytes, needle)(from);
}

/** Where `needle` last lies within `bytes[from, to)`, or -1. */
export function lastIndexOfBytes(
  bytes: Uint8Array,
  needle: Uint8Array,
  from: number,
  to: number,
): number {
  if (from > to || needle.length > to - from) return -1;
  if (needle.length === 0) return to;
  if (native && isWorthwhile(to - from)) {
    const found = bufferOver(native, bytes, from, to).lastIndexOf(needle);
    return found < 0 ? -1 : found + from;
  }
  for (let at = to - needle.length; at >= from; at -= 1) if (matches(bytes, needle, at)) return at;
  return -1;
}

/** Writes `pattern` over and over into `target`, whose length is a multiple of the pattern's. */
export function fillPattern(target: Uint8Array, pattern: Uint8Array): void {
  if (pattern.length === 1) target.fill(pattern[0]!);
  else if (native) bufferOver(native, target, 0, target.length).fill(pattern);
  else for (let i = 0; i < target.length; i += 1) target[i] = pattern[i % pattern.length]!;
}

function matches(bytes: Uint8Array, needle: Uint8Array, at: number): boolean {
  for (let i = 0; i < needle.length; i += 1) if (bytes[at + i] !== needle[i]) return false;
  return true;
}

function bufferOver(
  buffer: BufferConstructor,
  bytes: Uint8Array,
  from: number,
  to: number,
): BufferLike {
  return buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
}

/** Buffer's searches count in 32 bits. */
function isWorthwhile(length: number): boolean {
  return length >= shortest && length < 2 ** 31;
}
