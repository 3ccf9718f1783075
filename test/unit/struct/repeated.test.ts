/** Reading the same memory again takes a faster path from the second time on: same values, same errors. */
import { expect, test } from "vitest";
import { BufferError, StructError } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { Struct, pack, unpack, unpackFrom } from "../../../src/struct/index.ts";

/** ES2024, which Node 20 has and ES2023's types do not. */
interface ResizableBuffer extends ArrayBuffer {
  resize(length: number): void;
}

const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 37 + 200) % 256);
const orders = ["<", ">"];
const formats = ["b", "B", "h", "H", "i", "I", "f", "d", "bBhHiIfd", "2d", "3H", "4i", "5h", "xBx"];
const mixed = ["q", "?d", "e", "20B", "Bs", "D"];

test.each(orders.flatMap((order) => [...formats, ...mixed].map((format) => order + format)))(
  "%s gives the same values each time, and from a view",
  (format) => {
    const struct = new Struct(format);
    const offset = 3;
    const first = struct.unpackFrom(bytes, offset);
    const again = [1, 2, 3].map(() => struct.unpackFrom(bytes, offset));
    expect(again).toStrictEqual([first, first, first]);
    expect(struct.unpackFrom(memoryview(bytes), offset)).toStrictEqual(first);
    const exact = bytes.subarray(offset, offset + struct.size);
    expect([1, 2, 3].map(() => struct.unpack(exact))).toStrictEqual([first, first, first]);
    expect(struct.iterUnpack(exact).next().value).toStrictEqual(first);
  },
);

test("what is written between two reads is seen", () => {
  const memory = new Uint8Array(4);
  const seen = [1, 2, 3, 4].map((value) => {
    memory[0] = value;
    return unpackFrom("<I", memory)[0];
  });
  expect(seen).toEqual([1, 2, 3, 4]);
});

test("sources that take turns are not mistaken for each other", () => {
  const sources = [0, 1, 2].map((value) => pack("<I", value).toUint8Array());
  const seen = [...sources, ...sources, ...sources].flatMap((source) => [
    unpackFrom("<I", source)[0],
    unpackFrom("<I", source)[0],
  ]);
  expect(seen).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
});

test("memory that is detached between two reads is an error", () => {
  const memory = new Uint8Array(8);
  for (let i = 0; i < 3; i++) expect(unpackFrom("<I", memory, 4)).toEqual([0]);
  structuredClone(memory.buffer, { transfer: [memory.buffer] });
  expect(() => unpackFrom("<I", memory, 4)).toThrow(BufferError);
});

test("memory that grows and shrinks between two reads is read as it is", () => {
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: object,
  ) => ResizableBuffer;
  const buffer = new Resizable(4, { maxByteLength: 16 });
  const memory = new Uint8Array(buffer);
  const read = (offset: number): unknown[] => unpackFrom("<I", memory, offset);
  for (let i = 0; i < 3; i++) expect(read(0)).toEqual([0]);
  buffer.resize(16);
  memory[12] = 7;
  for (let i = 0; i < 3; i++) expect(read(12)).toEqual([7]);
  buffer.resize(8);
  expect(() => read(12)).toThrow(StructError);
  expect(read(4)).toEqual([0]);
});

test("errors are those of the first time", () => {
  const memory = new Uint8Array(4);
  for (let i = 0; i < 3; i++) {
    expect(unpack("<I", memory)).toEqual([0]);
    expect(() => unpackFrom("<I", memory, 1)).toThrow(StructError);
    expect(() => unpackFrom("<I", memory, -5)).toThrow(StructError);
    expect(() => unpackFrom("<I", memory, 0.5)).toThrow(TypeError);
  }
});
