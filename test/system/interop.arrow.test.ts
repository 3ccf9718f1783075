/** Views of columns that real Apache Arrow makes, reads and cuts. */
import * as arrow from "apache-arrow";
import { describe, expect, expectTypeOf, test } from "vitest";
import { BufferError, copiedBytes } from "zerocopy";
import type { MemoryView } from "zerocopy";
import { fromArrow } from "zerocopy/interop";

const { vectorFromArray, makeVector } = arrow;

/** As they lie in memory that came from a file or a socket. */
function table(): arrow.Table<{ id: arrow.Int32; value: arrow.Float64; name: arrow.Utf8 }> {
  const id = new arrow.Field("id", new arrow.Int32());
  const value = new arrow.Field("value", new arrow.Float64());
  const name = new arrow.Field("name", new arrow.Utf8());
  const columns = {
    id: vectorFromArray([1, 2, 3], id.type),
    value: vectorFromArray([0.5, 1.5, 2.5], value.type),
    name: vectorFromArray(["a", "b", "c"], name.type),
  };
  return arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table(columns)));
}

function column<K extends "id" | "value" | "name">(name: K) {
  const vector = table().getChild(name);
  if (vector === null) throw new Error(`no column ${name}`);
  return vector;
}

describe("fromArrow", () => {
  test("shows a column of a table, in the memory that the table was read from", () => {
    const vector = column("value");
    const before = copiedBytes();
    const view = fromArrow(vector);
    expectTypeOf(view).toEqualTypeOf<MemoryView<"d">>();
    expect([view.format, view.shape, view.readonly]).toEqual(["d", [3], true]);
    expect(view.toList()).toEqual([0.5, 1.5, 2.5]);
    expect(copiedBytes()).toBe(before);
    const window = view.lendUint8Array();
    const { values } = vector.data[0] ?? {};
    expect([window.buffer === values?.buffer, window.byteOffset]).toEqual([
      true,
      values?.byteOffset,
    ]);
  });

  test("is read-only; what Arrow writes is seen", () => {
    const vector = makeVector(new Float64Array([1, 2, 3]));
    const view = fromArrow(vector);
    expect(() => view.set(0, 9)).toThrow(TypeError);
    expect(() => view.asTypedArray()).toThrow(BufferError);
    vector.set(1, 20);
    expect(view.toList()).toEqual([1, 20, 3]);
  });

  test.for<[string, arrow.Vector, string, unknown[]]>([
    ["Int8", vectorFromArray([-1, 2], new arrow.Int8()), "b", [-1, 2]],
    ["Int16", vectorFromArray([-1, 2], new arrow.Int16()), "h", [-1, 2]],
    ["Int32", vectorFromArray([-1, 2], new arrow.Int32()), "i", [-1, 2]],
    ["Int64", vectorFromArray([-1n, 2n], new arrow.Int64()), "q", [-1n, 2n]],
    ["Uint8", vectorFromArray([1, 255], new arrow.Uint8()), "B", [1, 255]],
    ["Uint16", vectorFromArray([1, 65535], new arrow.Uint16()), "H", [1, 65535]],
    ["Uint32", vectorFromArray([1, 2], new arrow.Uint32()), "I", [1, 2]],
    ["Uint64", vectorFromArray([1n, 2n], new arrow.Uint64()), "Q", [1n, 2n]],
    ["Float16", vectorFromArray([0.5, 2], new arrow.Float16()), "e", [0.5, 2]],
    ["Float32", vectorFromArray([0.5, 2], new arrow.Float32()), "f", [0.5, 2]],
    ["Float64", vectorFromArray([0.5, 2], new arrow.Float64()), "d", [0.5, 2]],
    ["DateDay", vectorFromArray([new Date(864e5)], new arrow.DateDay()), "i", [1]],
    ["DateMillisecond", vectorFromArray([new Date(5)], new arrow.DateMillisecond()), "q", [5n]],
    ["TimeSecond", vectorFromArray([3], new arrow.TimeSecond()), "i", [3]],
    ["TimeMicrosecond", vectorFromArray([3n], new arrow.TimeMicrosecond()), "q", [3n]],
    ["TimestampSecond", vectorFromArray([3000], new arrow.TimestampSecond()), "q", [3n]],
    ["DurationSecond", makeVector(duration(3n)), "q", [3n]],
    ["no items", makeVector(new Float32Array(0)), "f", []],
  ])("shows %s", ([, vector, format, items]) => {
    const view = fromArrow(vector);
    expect([view.format, view.toList()]).toEqual([format, items]);
  });

  test("shows a slice of a column", () => {
    const view = fromArrow(column("id").slice(1, 3));
    expectTypeOf(view).toEqualTypeOf<MemoryView<"i">>();
    expect(view.toList()).toEqual([2, 3]);
    expect(fromArrow(column("id").slice(2, 2)).toList()).toEqual([]);
  });

  test("knows the formats of types that typed arrays do not tell apart", () => {
    expectTypeOf(fromArrow(vectorFromArray([1], new arrow.Float16()))).toEqualTypeOf<
      MemoryView<"e">
    >();
    expectTypeOf(fromArrow(makeVector(new Uint16Array(1)))).toEqualTypeOf<MemoryView<"H">>();
    expectTypeOf(fromArrow(vectorFromArray([1000], new arrow.TimestampSecond()))).toEqualTypeOf<
      MemoryView<"q">
    >();
    expectTypeOf(
      fromArrow(makeVector(new Uint16Array(1)) as arrow.Vector),
    ).toEqualTypeOf<MemoryView>();
  });

  test("counts nulls, not bitmaps: a part without nulls is shown", () => {
    const vector = vectorFromArray([1, null, 3, null, 5], new arrow.Int32());
    expect(() => fromArrow(vector)).toThrow(BufferError);
    expect(() => fromArrow(vector)).toThrow(
      "Cannot view an Arrow vector: wanted no nulls, found nullCount 2; memoryview(vector.data[0].values).subarray(0, vector.length) shows what is stored, null or not",
    );
    expect(() => fromArrow(vector.slice(1, 3))).toThrow("nullCount 1");
    expect(fromArrow(vector.slice(2, 3)).toList()).toEqual([3]);
  });

  test("refuses several chunks; each can be shown, and they can be joined", () => {
    const one = column("id");
    const vector = one.concat(one.slice(0, 2));
    expect(() => fromArrow(vector)).toThrow(BufferError);
    expect(() => fromArrow(vector)).toThrow(
      "Cannot view an Arrow vector: wanted one chunk, found 2; view each, vector.data.map((chunk) => fromArrow(chunk)), or join them, which copies, with makeVector(vector.toArray())",
    );
    const views = vector.data.map((chunk) => fromArrow(chunk));
    expectTypeOf(views).toEqualTypeOf<MemoryView<"i">[]>();
    expect(views.map((view) => view.toList())).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    expect(fromArrow(makeVector(vector.toArray())).toList()).toEqual([1, 2, 3, 1, 2]);
  });

  test.for<[string, arrow.Vector, string]>([
    ["bits", vectorFromArray([true], new arrow.Bool()), "Bool, eight items a byte"],
    ["text", column("name"), "Utf8"],
    ["dictionaries", vectorFromArray(["a", "b"]), "Dictionary<Int32, Utf8>; memoryview("],
    ["decimals", vectorFromArray([new Uint32Array(4)], new arrow.Decimal(2, 10)), "Decimal[10e+2]"],
    [
      "intervals",
      vectorFromArray([new Int32Array(2)], new arrow.IntervalDayTime()),
      "Interval<DAY_TIME>",
    ],
    [
      "bytes",
      vectorFromArray([new Uint8Array(2)], new arrow.FixedSizeBinary(2)),
      "FixedSizeBinary[2]",
    ],
    ["nulls", vectorFromArray([null], new arrow.Null()), "Null"],
    [
      "records",
      vectorFromArray([{ x: 1 }], new arrow.Struct([new arrow.Field("x", new arrow.Int32())])),
      "Struct<{x:Int32}>; view one field: getChild(name)",
    ],
    ["lists", points(), "FixedSizeList[2]<Float32>; view the items, getChildAt(0), and reshape"],
  ])("refuses %s", ([, vector, found]) => {
    expect(() => fromArrow(vector)).toThrow(TypeError);
    expect(() => fromArrow(vector)).toThrow(
      `Cannot view an Arrow vector: wanted integers, floats, dates, times, timestamps or durations, found ${found}`,
    );
  });

  test("shows the items of lists of one size, whole and sliced, as the message says", () => {
    const items = (vector: arrow.Vector): MemoryView => {
      const child = vector.getChildAt<arrow.Float32>(0);
      if (child === null) throw new Error("no items");
      return fromArrow(child).reshape([-1, 2]);
    };
    expect(items(points()).toList()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(items(points().slice(1, 2)).toList()).toEqual([[3, 4]]);
  });
});

function duration(seconds: bigint): arrow.Data<arrow.DurationSecond> {
  const data = BigInt64Array.of(seconds);
  return arrow.makeData({ type: new arrow.DurationSecond(), data, length: 1 });
}

function points(): arrow.Vector<arrow.FixedSizeList<arrow.Float32>> {
  const type = new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32()));
  return vectorFromArray(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    type,
  );
}
