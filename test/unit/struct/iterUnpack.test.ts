import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { BufferError, StructError } from "../../../src/core/errors.ts";
import { Struct, iterUnpack } from "../../../src/struct/index.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const make = (format: string): Struct => new Struct(format);
const record = make("<hb");

describe("iterUnpack", () => {
  test("gives every record, and says how many are left", () => {
    const records = record.iterUnpack(text("abcdef"));
    expect(records.lengthHint()).toBe(2);
    expect(records.next().value).toEqual([25_185, 99]);
    expect(records.lengthHint()).toBe(1);
    expect([...records]).toEqual([[25_956, 102]]);
    expect([...records, records.lengthHint()]).toEqual([0]);
    expect([...iterUnpack("<hb", new Uint8Array(0))]).toEqual([]);
  });

  test("wants a size other than 0, then a source, then a multiple of its size", () => {
    expect(() => iterUnpack("", "" as unknown as Uint8Array)).toThrow(StructError);
    expect(() => record.iterUnpack(text("abcd"))).toThrow("wanted a multiple of 3 bytes, found 4");
  });

  test("holds its source until it is exhausted", () => {
    const source = bytearray(6);
    const records = record.iterUnpack(source);
    records.next();
    expect(() => source.append(1)).toThrow(BufferError);
    expect([...records]).toHaveLength(1);
    source.append(1);
    expect(source).toHaveLength(7);
  });

  test("lets its source go when a loop is left, and when it is refused", () => {
    const source = bytearray(6);
    for (const [first] of record.iterUnpack(source)) {
      expect(first).toBe(0);
      break;
    }
    expect(() => make("<5s").iterUnpack(source)).toThrow(StructError);
    source.append(1);
    expect(source).toHaveLength(7);
  });

  test("sees its memory taken away", () => {
    const buffer = new ArrayBuffer(6);
    const records = record.iterUnpack(buffer);
    records.next();
    structuredClone(buffer, { transfer: [buffer] });
    expect(() => records.next()).toThrow(BufferError);
  });
});
