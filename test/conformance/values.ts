/**
 * How Python values are written in the vectors, and when one of ours is the same value.
 *
 * Nothing of Node here: these files run in any engine. The writer is tools/vectors/values.py.
 */
import { ByteArray, Bytes, bytearray } from "zerocopy";
import { checked, joined, randomHex } from "./long.ts";

export type Encoded =
  | null
  | boolean
  | number
  | string
  | readonly Encoded[]
  | { readonly i: string }
  | { readonly f: string }
  | { readonly b: string }
  | { readonly a: string }
  | { readonly t: readonly Encoded[] }
  | { readonly c: readonly [string, string] }
  | { readonly d: readonly (readonly [string, Encoded])[] }
  | { readonly s: string }
  | { readonly g: readonly [seed: number, size: number, letters: string] }
  | { readonly h: string }
  | { readonly l: Encoded }
  | { readonly r: number }
  | { readonly p: number | readonly [number, number] };

/** A faulty call throws; `undefined` stands for Python's None. */
export type Operation = (...args: never[]) => unknown;

export type ByteClass = typeof Bytes | typeof ByteArray;

/** What stands for an argument: registers and the holes of a grid are looked up. */
export interface Surroundings {
  readonly registers: ReadonlyMap<number, unknown>;
  readonly row: readonly Encoded[];
  /** Makes of Python's integers what the call shall get. */
  readonly integer: (value: number) => number | bigint;
  /** Makes of Python's bytes what the call shall get. */
  readonly bytes: (hex: string) => unknown;
}

/** An argument that names a register which an earlier, failed step should have filled. */
export const missing: unique symbol = Symbol("missing register");

export function decode(value: Encoded, around: Surroundings): unknown {
  if (typeof value === "number") return around.integer(value);
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return decodeList(value, around);
  if ("i" in value) return BigInt(value.i);
  if ("f" in value) return floatOf(value.f);
  if ("b" in value) return around.bytes(value.b);
  if ("a" in value) return bytearray(bytesOf(value.a));
  if ("t" in value) return decodeList(value.t, around);
  if ("c" in value) return value.c.map(floatOf);
  if ("d" in value) return dictionary(value.d, around);
  if ("g" in value) return around.bytes(randomHex(...value.g));
  if ("s" in value || "h" in value || "l" in value) throw new TypeError("not an argument");
  if ("r" in value) return around.registers.has(value.r) ? around.registers.get(value.r) : missing;
  return decode(holeIn(value.p, around.row), around);
}

function decodeList(list: readonly Encoded[], around: Surroundings): unknown {
  const items = list.map((item) => decode(item, around));
  return items.includes(missing) ? missing : items;
}

function dictionary(
  entries: readonly (readonly [string, Encoded])[],
  around: Surroundings,
): Record<string, unknown> {
  return Object.fromEntries(entries.map(([key, value]) => [key, decode(value, around)]));
}

function holeIn(place: number | readonly [number, number], row: readonly Encoded[]): Encoded {
  if (typeof place === "number") return row[place] ?? null;
  const value = row[place[0]] ?? null;
  const items = value !== null && typeof value === "object" && "t" in value ? value.t : value;
  return (items as readonly Encoded[])[place[1]] ?? null;
}

/**
 * Whether a value found here is the value recorded: 5 and 5n are, 0 and -0 are not, nor list and text.
 * `own` is the class of the subject, where there is one.
 */
export function matches(found: unknown, wanted: Encoded, own?: ByteClass): boolean {
  if (wanted === null) return found === undefined || found === null;
  if (typeof wanted === "number") {
    return found === wanted || (typeof found === "bigint" && found === BigInt(wanted));
  }
  if (typeof wanted !== "object") return found === wanted;
  if (isList(wanted)) return matchesList(found, wanted, own);
  if ("i" in wanted) return found === BigInt(wanted.i);
  if ("f" in wanted) return Object.is(found, floatOf(wanted.f));
  if ("h" in wanted) return typeof found === "string" && checked(found) === wanted.h;
  if ("l" in wanted) return matchesLongList(found, wanted.l, own);
  if ("b" in wanted) return holds(found, Bytes, wanted.b);
  if ("a" in wanted) return holds(found, ByteArray, wanted.a);
  if ("s" in wanted) return own !== undefined && holds(found, own, wanted.s);
  if ("t" in wanted) return matchesList(found, wanted.t, own);
  if ("c" in wanted) return matchesList(found, [{ f: wanted.c[0] }, { f: wanted.c[1] }]);
  throw new TypeError(`no result is written as ${JSON.stringify(wanted)}`);
}

function holds(found: unknown, kind: ByteClass, hex: string): boolean {
  if (!(found instanceof kind)) return false;
  const content = found.toUint8Array();
  return (hex.startsWith("#") ? checked(content) : hexOf(content)) === hex;
}

/** `wanted` is the class of the items, with a checksum of them all. */
function matchesLongList(found: unknown, wanted: Encoded, own?: ByteClass): boolean {
  const kind = classOf(wanted, own);
  if (kind === undefined || !Array.isArray(found)) return false;
  const items: unknown[] = found;
  const parts: Uint8Array[] = [];
  for (const item of items) {
    if (!(item instanceof kind)) return false;
    parts.push(item.toUint8Array());
  }
  const content = joined(parts);
  return Object.values(wanted ?? {})[0] === checked(content, items.length);
}

function classOf(value: Encoded, own?: ByteClass): ByteClass | undefined {
  if (value === null || typeof value !== "object") return undefined;
  if ("s" in value) return own;
  return "b" in value ? Bytes : ByteArray;
}

function matchesList(found: unknown, wanted: readonly Encoded[], own?: ByteClass): boolean {
  return (
    Array.isArray(found) &&
    found.length === wanted.length &&
    wanted.every((item, index) => matches(found[index], item, own))
  );
}

function isList(value: object): value is readonly Encoded[] {
  return Array.isArray(value);
}

function floatOf(bits: string): number {
  if (bits === "nan") return Number.NaN;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** By the character code of a hexadecimal digit. */
const digitOf = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, "0123456789abcdef".indexOf(String.fromCharCode(code))),
);

export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(hex.length / 2);
  for (let at = 0; at < found.length; at++) {
    const high = digitOf[hex.charCodeAt(2 * at)] ?? 0;
    found[at] = (high << 4) | (digitOf[hex.charCodeAt(2 * at + 1)] ?? 0);
  }
  return found;
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hexOf(content: Uint8Array): string {
  let hex = "";
  for (const byte of content) hex += digits[byte] ?? "";
  return hex;
}

/** A value as text, for the report of a failure. */
export function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Bytes) return `b:${shortHex(value)}`;
  if (value instanceof ByteArray) return `a:${shortHex(value)}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value !== null && typeof value === "object") return value.constructor.name;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function shortHex(bytes: Bytes | ByteArray): string {
  const content = bytes.toUint8Array();
  return content.length > 300 ? checked(content) : hexOf(content);
}
