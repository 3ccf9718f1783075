/** What is refused of items, windows and casts: its class, its code, and a message that helps. */
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { counting } from "./memories.ts";
import { testRefusals } from "./refusing.ts";

const m = memoryview(counting(12));
const plane = m.cast("B", [3, 4]);
const scalar = m.subarray(0, 1).cast("B", []);
const readonly = memoryview(bytes(counting(12)));

function big(): MemoryView {
  return memoryview(BigInt64Array.of(2n ** 53n + 1n));
}

testRefusals({
  items: [
    ["beyond the end", () => m.get(12), "IndexError", /axis 0: wanted one of 12 items, found 12$/],
    ["before the start", () => m.get(-13), "IndexError", /found -13$/],
    [
      "beyond an axis",
      () => plane.get(0, 4),
      "IndexError",
      /axis 1: wanted one of 4 items, found 4$/,
    ],
    ["of an empty view", () => m.subarray(12).get(0), "IndexError", /one of 0 items, found 0$/],
    ["at a fraction", () => m.get(0.5), "TypeError", /wanted an integer, found 0.5$/],
    ["at NaN", () => m.get(Number.NaN), "TypeError", /found NaN$/],
    ["at text", () => m.get("0" as never), "TypeError", /found "0"$/],
    ["at undefined", () => m.get(undefined as never), "TypeError", /found undefined$/],
    ["at null", () => m.at(null as never), "TypeError", /found null$/],
    [
      "with too few indices",
      () => plane.get(1),
      "NotImplementedError",
      /2 indices \(select\(\) gives a view\), found 1$/,
    ],
    ["with no index", () => m.get(), "NotImplementedError", /wanted 1 ind.*, found 0/],
    [
      "with too many indices",
      () => m.get(0, 0),
      "TypeError",
      /index a memoryview: wanted 1 indices, found 2$/,
    ],
    [
      "without axes",
      () => scalar.get(0),
      "TypeError",
      /index a memoryview: wanted 0 indices, found 1$/,
    ],
    [
      "at, with too few",
      () => plane.at(1),
      "NotImplementedError",
      /2 indices \(select\(\) .*, found 1$/,
    ],
    ["written beyond the end", () => m.set(12, 0), "IndexError", /found 12$/],
    [
      "written with too few indices",
      () => plane.set(1, 0),
      "NotImplementedError",
      /2 indices \(select\(\) .*, found 1$/,
    ],
    ["written out of range", () => m.set(0, 256), "ValueError", /format "B": wanted .*found 256$/],
    ["written as a fraction", () => m.set(0, 0.5), "TypeError", /format "B": wanted .*found 0.5$/],
    [
      "written as text",
      () => m.set(0, "1" as never),
      "TypeError",
      /format "B": wanted .*found "1"$/,
    ],
    ["written as nothing", () => m.setAt([0], undefined as never), "TypeError", /found undefined$/],
    [
      "written read-only",
      () => readonly.set(0, 1),
      "TypeError",
      /writable memory, found read-only$/,
    ],
    ["written read-only beyond", () => readonly.set(99, 1), "TypeError", /found read-only$/],
    [
      "written as a long c",
      () => m.cast("c").set(0, bytes(2)),
      "ValueError",
      /format "c": wanted a value that fits, found an instance of Bytes$/,
    ],
    ["written as a half too large", () => m.cast("e").set(0, 65_520), "ValueError", /found 65520$/],
    [
      "written as an unsigned -1n",
      () => m.subarray(0, 8).cast("Q").set(0, -1n),
      "ValueError",
      /found -1n$/,
    ],
    [
      "as a number too large",
      () => big().getNumber(0),
      "OverflowError",
      /-2\^53 to 2\^53 .*, found 9007199254740993/,
    ],
    [
      "as a number, of bytes",
      () => m.cast("c").getNumber(0),
      "TypeError",
      /wanted a number, found/,
    ],
    [
      "of two axes, iterated",
      () => [...plane],
      "NotImplementedError",
      /one axis \(select\(\) gives a view\), found 2$/,
    ],
    ["of no axes, iterated", () => [...scalar], "TypeError", /wanted an axis, found none$/],
    ["of two axes, counted", () => plane.count(1), "NotImplementedError", /one axis .*, found 2$/],
    ["not found", () => m.index(99), "ValueError", /wanted .*, found none$/],
    ["the length of none", () => scalar.length, "TypeError", /length: wanted an axis, found none$/],
  ],
  windows: [
    ["a step of 0", () => m.subarray(0, 1, 0), "ValueError", /step other than 0, found 0$/],
    [
      "a bound that is text",
      () => m.subarray("1" as never),
      "TypeError",
      /slice: wanted an integer, found "1"$/,
    ],
    ["a bound that is a fraction", () => m.subarray(0, 0.5), "TypeError", /found 0.5$/],
    [
      "a slice without axes",
      () => scalar.subarray(),
      "TypeError",
      /slice: wanted an axis, found none$/,
    ],
    ["too many keys", () => m.select(0, 0), "TypeError", /at most 1 .*, found 2$/],
    [
      "a wrong key",
      () => m.select("1" as never),
      "TypeError",
      /wanted an index, \[start.*found "1"$/,
    ],
    ["no record", () => m.field("a"), "TypeError", /a record format, found "B"$/],
    ["no such field", () => m.cast("T{B:a:}").field("b"), "KeyError", /wanted a, found "b"$/],
    ["no such field number", () => m.cast("<BB").field(2), "IndexError", /wanted 0, 1, found 2$/],
    [
      "a wrong order of axes",
      () => plane.transpose(0, 0),
      "ValueError",
      /each of 2 axes once, found \[0, 0\]$/,
    ],
    ["a wrong shape", () => plane.reshape([5]), "TypeError", /12 items, found \[5\]$/],
    [
      "a shape that needs a copy",
      () => plane.transpose().reshape([12]),
      "ValueError",
      /evenly spaced strides \(toBytes\(\) copies\), found \[1, 4\]$/,
    ],
    [
      "a typed array, read-only",
      () => readonly.asTypedArray(),
      "BufferError",
      /writable memory .*found read-only/,
    ],
    [
      "bytes, read-only",
      () => readonly.asUint8Array(),
      "BufferError",
      /writable memory .*found read-only: lendUint8Array\(\) reads$/,
    ],
    [
      "bytes with gaps",
      () => m.subarray(0, 12, 2).lendUint8Array(),
      "BufferError",
      /C-contiguous strides \(toUint8Array\(\) copies\), found \[2\]$/,
    ],
    [
      "a typed array of records",
      () => m.cast("<BB").asTypedArray(),
      "BufferError",
      /format of typed arrays, found "<BB"$/,
    ],
  ],
  casts: [
    ["to no text", () => m.cast(5 as never), "TypeError", /a format string, found 5$/],
    [
      "to an unknown format",
      () => m.cast("k"),
      "ValueError",
      /cast: wanted .*, found unexpected 'k' at 0$/,
    ],
    ["to no format", () => m.cast(""), "ValueError", /cast: wanted items of some bytes, found 0$/],
    [
      "to what is no ASCII",
      () => m.cast("é"),
      "UnicodeEncodeError",
      /as ascii: .*found at 0 to 1$/,
    ],
    [
      "of strides",
      () => m.subarray(0, 12, 2).cast("b"),
      "TypeError",
      /C-contiguous strides, found \[2\]$/,
    ],
    [
      "between items",
      () => m.cast("H").cast("I"),
      "TypeError",
      /wanted bytes .*\(cast\("B"\) first\), found "H"$/,
    ],
    [
      "that does not divide",
      () => m.subarray(1).cast("H"),
      "TypeError",
      /multiple of 2 bytes, found 11$/,
    ],
    ["to a shape too small", () => m.cast("B", [11]), "TypeError", /12 bytes, found \[11\]$/],
    [
      "to a shape of zeros",
      () => m.cast("B", [0]),
      "ValueError",
      /sizes from 1 to 2\^63, found 0$/,
    ],
    ["to a shape of text", () => m.cast("B", ["12"] as never), "TypeError", /found "12"$/],
    [
      "to a shape that is a number",
      () => m.cast("B", 12 as never),
      "TypeError",
      /an array, found 12$/,
    ],
    [
      "to 65 axes",
      () =>
        m.cast(
          "B",
          Array.from({ length: 65 }, () => 1),
        ),
      "ValueError",
      /at most 64 axes, found 65$/,
    ],
    [
      "from two axes to two",
      () => plane.cast("B", [4, 3]),
      "TypeError",
      /one axis .*found \[2, 2\]$/,
    ],
    [
      "of empty axes",
      () => m.subarray(12).cast("B", [1]),
      "TypeError",
      /sizes from 1 to 2\^63, found \[0\]$/,
    ],
    [
      "to huge sizes",
      () => m.cast("B", [2n ** 70n] as never),
      "OverflowError",
      /to 2\^63, found 1180591620717411303424/,
    ],
  ],
});
