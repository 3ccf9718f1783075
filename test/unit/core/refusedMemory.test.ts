/** What is refused of whole memory: making, copying, lending, bytes and bytearrays. */
import { expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { MemoryView, memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import { counting, exporterOf, thrown } from "./memories.ts";
import { testRefusals } from "./refusing.ts";

const m = memoryview(counting(12));
const plane = m.cast("B", [3, 4]);
const readonly = memoryview(bytes(counting(12)));
const released = memoryview(counting(1));
released.release();
const views: MemoryView[] = []; // not collected while they are to lock something

function lent(): MemoryView {
  const view = memoryview(counting(3));
  view[kBuffer](0);
  return view;
}

function viewed(): ReturnType<typeof bytearray> {
  const ba = bytearray(3);
  views.push(memoryview(ba));
  return ba;
}

testRefusals({
  "making one": [
    ["of a number", () => memoryview(5 as never), "TypeError", /bytes-like object, found 5$/],
    ["of text", () => memoryview("abc" as never), "TypeError", /found "abc"$/],
    ["of nothing", () => memoryview(undefined as never), "TypeError", /found undefined$/],
    ["of null", () => memoryview(null as never), "TypeError", /found null$/],
    ["of a list", () => memoryview([1] as never), "TypeError", /found an instance of Array$/],
    ["of an object", () => memoryview({ length: 1 } as never), "TypeError", /instance of Object$/],
    ["of a released one", () => memoryview(released), "ValueError", /it was released$/],
    [
      "of a bad record",
      () => memoryview(exporterOf({})),
      "TypeError",
      /wanted a valid buffer, found undefined$/,
    ],
    [
      "bytes of text",
      () => bytes("abc" as never),
      "TypeError",
      /bytes\(text, "utf-8"\) or b`text`, found "abc"$/,
    ],
    ["bytes of a negative length", () => bytes(-1), "ValueError", /length from 0, found -1$/],
    ["bytes of a fraction", () => bytes(1.5), "TypeError", /found 1.5$/],
    [
      "bytes of a huge length",
      () => bytes(2n ** 64n),
      "OverflowError",
      /an integer of 64 bits, found/,
    ],
    ["bytes of no bytes", () => bytes([256]), "ValueError", /0 to 255, found 256$/],
    ["bytes of texts", () => bytes(["1"] as never), "TypeError", /found "1"$/],
    ["bytes of an object", () => bytes({} as never), "TypeError", /found an instance of Object$/],
  ],
  copies: [
    [
      "in an unknown order",
      () => m.toBytes("X" as never),
      "ValueError",
      /"C", "F" or "A", found "X"$/,
    ],
    [
      "in an order that is no text",
      () => m.toBytes(1 as never),
      "TypeError",
      /"C", "F" or "A", found 1$/,
    ],
    ["as digits, grouped by text", () => m.hex(":", "2" as never), "TypeError", /found "2"$/],
    ["as digits between two", () => m.hex("--"), "ValueError", /one ASCII character, found "--"$/],
    [
      "as digits between what is no ASCII",
      () => m.hex("é"),
      "ValueError",
      /one ASCII character, found "é"$/,
    ],
    [
      "as digits between numbers",
      () => m.hex(1 as never),
      "TypeError",
      /text or a bytes-like object, found 1$/,
    ],
    [
      "of another structure",
      () => m.copyFrom(bytes(3)),
      "ValueError",
      /shape=\[12\]>, by cast\(\).*, found .*shape=\[3\]/,
    ],
    ["of no memory", () => m.copyFrom(5 as never), "TypeError", /bytes-like.*found 5$/],
    [
      "into read-only memory",
      () => readonly.copyFrom(m),
      "TypeError",
      /writable memory, found read-only$/,
    ],
    ["of one value, too large", () => m.fill(256), "ValueError", /found 256$/],
    [
      "as text of bytes that are none",
      () => memoryview(bytes([255])).decode(),
      "UnicodeDecodeError",
      /as utf-8: invalid start byte, found at 0 to 1$/,
    ],
    [
      "as text of an unknown encoding",
      () => m.decode("koi8"),
      "LookupError",
      /utf-8, latin-1, ascii, found "koi8"$/,
    ],
  ],
  lending: [
    [
      "read-only, to write",
      () => readonly[kBuffer](BufferFlags.WRITABLE),
      "BufferError",
      /wanted writable memory, found read-only$/,
    ],
    [
      "Bytes, to write",
      () => bytes(1)[kBuffer](BufferFlags.WRITABLE),
      "BufferError",
      /wanted writable memory, found read-only$/,
    ],
    [
      "with gaps, as bytes",
      () => m.subarray(0, 12, 2)[kBuffer](0),
      "BufferError",
      /wanted contiguous strides, found \[2\]$/,
    ],
    [
      "in C order",
      () => plane.transpose()[kBuffer](BufferFlags.C_CONTIGUOUS),
      "BufferError",
      /wanted contiguous strides, found \[1, 4\]$/,
    ],
    [
      "in Fortran order",
      () => plane[kBuffer](BufferFlags.F_CONTIGUOUS),
      "BufferError",
      /wanted contiguous strides, found \[4, 1\]$/,
    ],
    [
      "in any order",
      () => plane.select(null, [0, 2])[kBuffer](BufferFlags.ANY_CONTIGUOUS),
      "BufferError",
      /wanted contiguous/,
    ],
    [
      "a format without a shape",
      () => m[kBuffer](BufferFlags.FORMAT),
      "BufferError",
      /wanted ND with FORMAT, found none$/,
    ],
    ["while lent", () => lent().release(), "BufferError", /no consumers, found 1$/],
    [
      "memory of others, for good",
      () => readonly.toMessage({ transfer: true }),
      "BufferError",
      /wanted memory of its own \(toMessage\(\) copies\), found .*owner keeps$/,
    ],
    [
      "a message that is none",
      () => MemoryView.fromMessage({} as never),
      "TypeError",
      /MemoryView.toMessage\(\), found an instance of Object$/,
    ],
    [
      "a message of Bytes that is none",
      () => Bytes.fromMessage(5 as never),
      "TypeError",
      /Bytes.toMessage\(\), found 5$/,
    ],
    [
      "a key of writable memory",
      () => m.hashKey(),
      "ValueError",
      /read-only bytes, found <memoryview format="B" shape=\[12\]>$/,
    ],
    [
      "a key of numbers",
      () => readonly.cast("H").hashKey(),
      "ValueError",
      /read-only bytes, found <memoryview format="H" shape=\[6\] readonly>$/,
    ],
    [
      "a key of what may change",
      () => m.toReadonly().hashKey(),
      "TypeError",
      /never changes.*found an instance of Uint8Array$/,
    ],
  ],
  "Bytes and bytearrays": [
    ["beyond the end of Bytes", () => bytes(3).get(3), "IndexError", /one of 3 items, found 3$/],
    ["beyond the end of nothing", () => bytes().get(0), "IndexError", /one of 0 items, found 0$/],
    ["a fraction in Bytes", () => bytes(3).get(0.5), "TypeError", /wanted an integer, found 0.5$/],
    [
      "beyond the end of a bytearray",
      () => bytearray(3).get(-4),
      "IndexError",
      /one of 3 items, found -4$/,
    ],
    [
      "written beyond the end",
      () => bytearray(3).set(3, 0),
      "IndexError",
      /one of 3 items, found 3$/,
    ],
    ["written out of range", () => bytearray(3).set(0, 256), "ValueError", /0 to 255, found 256$/],
    ["appended out of range", () => bytearray(3).append(-1), "ValueError", /0 to 255, found -1$/],
    ["appended text", () => bytearray(3).append("1" as never), "TypeError", /found "1"$/],
    [
      "extended by text",
      () => bytearray(3).extend("1" as never),
      "TypeError",
      /iterable of bytes or .*, found "1"$/,
    ],
    [
      "extended by numbers too large",
      () => bytearray(3).extend([1, 256]),
      "ValueError",
      /found 256$/,
    ],
    ["popped when empty", () => bytearray().pop(), "IndexError", /pop from empty bytearray/],
    ["popped beyond", () => bytearray(3).pop(3), "IndexError", /one of 3 items, found 3$/],
    ["resized below 0", () => bytearray(3).resize(-1), "ValueError", /a length from 0, found -1$/],
    ["resized while viewed", () => viewed().resize(9), "BufferError", /wanted no views, found 1; /],
  ],
});

test("an argument of a wrong type has Node's code, as all of Node's own", () => {
  for (const act of [
    () => memoryview(5 as never),
    () => m.get("0" as never),
    () => m.cast(5 as never),
    () => m.copyFrom(5 as never),
    () => m.set(0, "1" as never),
    () => bytes("abc" as never),
  ]) {
    expect(thrown(act)).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  }
});
