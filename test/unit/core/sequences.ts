/** Every method of Bytes and ByteArray, called with arguments that it takes. */
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import type { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { kBuffer } from "../../../src/core/protocol.ts";

export type Sequence = Bytes | ByteArray;

export const kinds: readonly (readonly [string, (content: readonly number[]) => Sequence])[] = [
  ["Bytes", bytes],
  ["a bytearray", bytearray],
];

export type Uses<Of> = Readonly<Record<string, (subject: Of) => unknown>>;

/** What CPython has, reads only, and both classes have. */
export const readings: Uses<Sequence> = {
  at: (s) => s.at(0),
  capitalize: (s) => s.capitalize(),
  center: (s) => s.center(9),
  compare: (s) => s.compare(bytes([1])),
  concat: (s) => s.concat(bytes([1])),
  count: (s) => s.count(97),
  decode: (s) => s.decode(),
  endsWith: (s) => s.endsWith(bytes([1])),
  equals: (s) => s.equals(bytes([1])),
  expandTabs: (s) => s.expandTabs(),
  find: (s) => s.find(97),
  get: (s) => s.get(0),
  hex: (s) => s.hex(),
  includes: (s) => s.includes(97),
  index: (s) => s.index(97),
  isAlnum: (s) => s.isAlnum(),
  isAlpha: (s) => s.isAlpha(),
  isAscii: (s) => s.isAscii(),
  isDigit: (s) => s.isDigit(),
  isLower: (s) => s.isLower(),
  isSpace: (s) => s.isSpace(),
  isTitle: (s) => s.isTitle(),
  isUpper: (s) => s.isUpper(),
  join: (s) => s.join([bytes([1]), bytes([2])]),
  lendUint8Array: (s) => s.lendUint8Array(),
  ljust: (s) => s.ljust(9),
  lower: (s) => s.lower(),
  lstrip: (s) => s.lstrip(),
  mod: (s) => s.mod([]),
  partition: (s) => s.partition(bytes([98])),
  removePrefix: (s) => s.removePrefix(bytes([97])),
  removeSuffix: (s) => s.removeSuffix(bytes([100])),
  repeat: (s) => s.repeat(2),
  replace: (s) => s.replace(bytes([97]), bytes([1, 2])),
  rfind: (s) => s.rfind(97),
  rindex: (s) => s.rindex(97),
  rjust: (s) => s.rjust(9),
  rpartition: (s) => s.rpartition(bytes([98])),
  rsplit: (s) => s.rsplit(bytes([98])),
  rstrip: (s) => s.rstrip(),
  slice: (s) => s.slice(1),
  split: (s) => s.split(bytes([98])),
  splitLines: (s) => s.splitLines(),
  startsWith: (s) => s.startsWith(bytes([1])),
  strip: (s) => s.strip(),
  subarray: (s) => s.subarray(1),
  swapCase: (s) => s.swapCase(),
  title: (s) => s.title(),
  toBase64: (s) => s.toBase64(),
  toMessage: (s) => s.toMessage(),
  toString: (s: Sequence) => s.toString(),
  toUint8Array: (s) => s.toUint8Array(),
  translate: (s) => s.translate(null),
  upper: (s) => s.upper(),
  valueOf: (s: Sequence) => s.valueOf(),
  zfill: (s) => s.zfill(9),
};

/** What changes the length of a bytearray of four bytes. */
export const changes: Uses<ByteArray> = {
  append: (ba) => ba.append(9),
  clear: (ba) => ba.clear(),
  delete: (ba) => ba.delete(1),
  "delete of the first": (ba) => ba.delete(0),
  "delete of the last": (ba) => ba.delete(-1),
  deleteSlice: (ba) => ba.deleteSlice(1, 3),
  "deleteSlice with a step": (ba) => ba.deleteSlice(null, null, 2),
  "deleteSlice backwards": (ba) => ba.deleteSlice(null, null, -3),
  extend: (ba) => ba.extend(bytes([9, 9])),
  "extend by a typed array": (ba) => ba.extend(Uint8Array.of(9, 9)),
  "extend by numbers": (ba) => ba.extend([9, 9]),
  "extend by itself": (ba) => ba.extend(ba),
  insert: (ba) => ba.insert(2, 9),
  pop: (ba) => ba.pop(),
  "pop of the first": (ba) => ba.pop(0),
  remove: (ba) => ba.remove(98),
  repeatInPlace: (ba) => ba.repeatInPlace(3),
  "repeatInPlace by nothing": (ba) => ba.repeatInPlace(0),
  "resize to more": (ba) => ba.resize(99),
  "resize to less": (ba) => ba.resize(1),
  "setSlice to more": (ba) => ba.setSlice(1, 2, 1, bytes([9, 9, 9])),
  "setSlice to less": (ba) => ba.setSlice(0, 3, 1, [9]),
  "setSlice to nothing": (ba) => ba.setSlice(0, 4, 2, bytes()),
  "setSlice of itself": (ba) => ba.setSlice(1, 2, 1, ba),
  takeBytes: (ba) => ba.takeBytes(),
  "takeBytes of one": (ba) => ba.takeBytes(1),
  "takeBytes but one": (ba) => ba.takeBytes(-1),
  "toMessage with transfer": (ba) => ba.toMessage({ transfer: true }),
};

/** What changes a bytearray of four bytes, or nothing, but not the length. */
export const sameLength: Uses<ByteArray> = {
  copy: (ba) => ba.copy(),
  "extend by nothing": (ba) => ba.extend(bytes()),
  "repeatInPlace once": (ba) => ba.repeatInPlace(1),
  "resize to as many": (ba) => ba.resize(4),
  reverse: (ba) => {
    ba.reverse();
  },
  set: (ba) => ba.set(0, 9),
  "setSlice of as many": (ba) => ba.setSlice(1, 3, 1, bytes([8, 9])),
  "setSlice with a step": (ba) => ba.setSlice(null, null, 2, [8, 9]),
  "setSlice of all by itself": (ba) => ba.setSlice(null, null, 1, ba),
};

/** What both have besides methods with names of CPython's. */
export const others: Uses<Sequence> = {
  "for … of": (s) => [...s],
  "[kBuffer]": (s) => s[kBuffer](0),
};

/** As each of these is called in JavaScript: the names of the tables, up to the first space. */
export function methodsOf(...tables: readonly Uses<never>[]): Set<string> {
  return new Set(tables.flatMap((table) => Object.keys(table).map((name) => name.split(" ")[0]!)));
}

/** Where the contents lie, how much memory there is, and who knows it. */
export function memoryOf(ba: ByteArray): unknown {
  const { _bytes, _start, _end, _lent } = ba;
  return { buffer: _bytes.buffer, capacity: _bytes.length, _start, _end, _lent };
}
