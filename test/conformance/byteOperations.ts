/**
 * The operations on bytes and bytearrays, as this library does them. The same table in Python, with CPython's
 * spelling of each, is tools/vectors/byteops.py.
 */
import { ByteArray, Bytes, bytearray, bytes } from "zerocopy";
import type { Operation } from "./values.ts";

type Either = Bytes | ByteArray;

/** What both kinds have and Python spells alike. */
const shared = `
  find rfind index rindex count split rsplit partition rpartition strip lstrip rstrip replace translate
  join center ljust rjust zfill capitalize title upper lower hex decode get slice concat repeat mod compare
`;

/** Python's name, then ours. */
const renamed = {
  startswith: "startsWith",
  endswith: "endsWith",
  splitlines: "splitLines",
  removeprefix: "removePrefix",
  removesuffix: "removeSuffix",
  expandtabs: "expandTabs",
  swapcase: "swapCase",
  isalnum: "isAlnum",
  isalpha: "isAlpha",
  isascii: "isAscii",
  isdigit: "isDigit",
  islower: "isLower",
  isspace: "isSpace",
  istitle: "isTitle",
  isupper: "isUpper",
  contains: "includes",
  eq: "equals",
  tobase64: "toBase64",
};

/** What changes a bytearray; Python's name, then ours. */
const changes = {
  set: "set",
  append: "append",
  extend: "extend",
  insert: "insert",
  pop: "pop",
  remove: "remove",
  clear: "clear",
  reverse: "reverse",
  copy: "copy",
  resize: "resize",
  imul: "repeatInPlace",
  delete: "delete",
  setslice: "setSlice",
  delslice: "deleteSlice",
  takebytes: "takeBytes",
};

const statics = { fromhex: "fromHex", maketrans: "makeTrans", frombase64: "fromBase64" };

/** What takes any buffer where the vectors have bytes. */
export const takesBuffers: ReadonlySet<string> = new Set(
  `find rfind index rindex count contains startswith endswith split rsplit partition rpartition strip lstrip
  rstrip removeprefix removesuffix replace translate maketrans join concat new fromhex`
    .split(/\s+/)
    .map((name) => `b.${name}`)
    .concat("ba.extend", "ba.setslice"),
);

/** A method that is not there is no TypeError, which might be what is wanted. */
function call(target: object, name: string, args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== "function") throw new Error(`there is no method ${name}`);
  return Reflect.apply(method, target, args) as unknown;
}

function methodOperations(prefix: string, names: Record<string, string>): [string, Operation][] {
  return Object.entries(names).map(([python, name]) => [
    `${prefix}.${python}`,
    (target: object, ...args: unknown[]) => call(target, name, args),
  ]);
}

const classOf = (b: Either): object => (b instanceof Bytes ? Bytes : ByteArray);

function make(b: Either, ...args: unknown[]): unknown {
  return call({ make: b instanceof Bytes ? bytes : bytearray }, "make", args);
}

export const byteOperations: Record<string, Operation> = {
  ...Object.fromEntries(
    shared
      .trim()
      .split(/\s+/)
      .flatMap((name) => methodOperations("b", { [name]: name })),
  ),
  ...Object.fromEntries(methodOperations("b", renamed)),
  ...Object.fromEntries(methodOperations("ba", changes)),
  ...Object.fromEntries(
    Object.entries(statics).map(([python, name]) => [
      `b.${python}`,
      (b: Either, ...args: unknown[]) => call(classOf(b), name, args),
    ]),
  ),
  "b.len": (b: Either) => b.length,
  "b.list": (b: Either) => [...b],
  "b.repr": (b: Either) => b.toString(),
  "b.new": make,
  // `*=` answers with nothing; what ours answers with is its own affair.
  "ba.imul": (b: ByteArray, count: unknown) => void call(b, "repeatInPlace", [count]),
};
