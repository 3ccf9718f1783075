/** Items of several values, of another byte order, of text: read, written, and shown as columns. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import type { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { counting, expectThrown, itemsOf, zeros } from "./memories.ts";

type Case = readonly [format: string, value: unknown, octets?: string];

describe("set and get", () => {
  const cases: readonly Case[] = [
    ["<H", 0x0102, "0201"],
    [">H", 0x0102, "0102"],
    ["!h", -2, "fffe"],
    ["=i", -2, "feffffff"],
    [">i", -(2 ** 31), "80000000"],
    [">I", 2 ** 32 - 1, "ffffffff"],
    ["<l", -1, "ffffffff"],
    [">L", 258, "00000102"],
    ["l", -1n, "ffffffffffffffff"],
    ["<q", -(2n ** 63n), "0000000000000080"],
    [">Q", 2n ** 64n - 1n, "ffffffffffffffff"],
    [">e", 1.5, "3e00"],
    [">f", -0.5, "bf000000"],
    [">d", 1, "3ff0000000000000"],
    ["<?", true, "01"],
    [">Zf", [1, -2], "3f800000c0000000"],
    ["<Zd", [0.5, -0]],
    ["<c", bytes([65]), "41"],
    ["3s", bytes([1, 2, 3]), "010203"],
    ["4p", bytes([7, 8]), "02070800"],
    ["<IdHH", [1, 2.5, 3, 4]],
    [">IdHH", [1, 2.5, 3, 4]],
    ["IdHH", [1, 2.5, 3, 4]],
    ["<2H3B", [1, 2, 3, 4, 5]],
    ["<BxxH", [1, 2], "0100000200"],
    ["BH", [1, 2], "01000200"],
    ["T{H:a:B:b:}", { a: 258, b: 3 }],
    ["T{<H:a:B:b:}", { a: 258, b: 3 }],
    ["T{HB}", [258, 3]],
    ["<H:x:<d:y:", { x: 1, y: -1.5 }],
    ["T{T{<H:a:<H:b:}:in:<d:out:}", { in: { a: 1, b: 2 }, out: 3.5 }],
    [
      "T{(2,3)<h:grid:3s:tag:}",
      {
        grid: [
          [1, 2, 3],
          [-1, -2, -3],
        ],
        tag: bytes([1, 2, 3]),
      },
    ],
    [
      "(2,2)>H",
      [
        [1, 2],
        [3, 4],
      ],
      "0001000200030004",
    ],
    ["(2)T{B:a:}", [{ a: 1 }, { a: 2 }], "0102"],
    ["T{<2H:pair:}", { pair: [1, 2] }],
    ["<H>H", [1, 1], "01000001"],
  ];

  for (const [format, value, octets] of cases) {
    test(format, () => {
      const m = zeros(format, 3);
      m.set(1, value);
      expect(m.get(1)).toEqual(value);
      expect(m.getAt([-2])).toEqual(value);
      expect(m.at(1)).toEqual(value);
      expect([...m][1]).toEqual(value);
      expect((m.toList() as unknown[])[1]).toEqual(value);
      const { itemsize } = m;
      const memory = m.cast("B");
      const item = memory.subarray(itemsize, 2 * itemsize);
      expect(item.hex()).toBe(octets ?? item.hex());
      expect(memory.subarray(0, itemsize).count(0), "before").toBe(itemsize);
      expect(memory.subarray(2 * itemsize).count(0), "after").toBe(itemsize);
      m.copyFrom(m.subarray(null, null, -1));
      expect(m.get(1)).toEqual(value);
    });
  }

  test("a record whose fields all have names can be written as a list", () => {
    const m = zeros("T{<H:a:B:b:}", 1);
    m.set(0, [5, 6] as never);
    expect(m.get(0)).toEqual({ a: 5, b: 6 });
  });

  test("text is cut and filled; anything bytes-like gives it", () => {
    const m = zeros("3s", 4);
    const sources = [
      bytes([1, 2, 3, 4]),
      Uint8Array.of(5),
      bytearray([6, 7]),
      memoryview(bytes([8])),
    ];
    for (const [i, source] of sources.entries()) m.set(i, source);
    expect(m.cast("B").toList()).toEqual([1, 2, 3, 5, 0, 0, 6, 7, 0, 8, 0, 0]);
    expect((m.get(1) as Bytes).toUint8Array()).toEqual(Uint8Array.of(5, 0, 0));
  });

  test("what is read is a copy: later writes do not change it", () => {
    const m = zeros("T{3s:tag:(2)H:pair:}", 1);
    const before = m.get(0) as { tag: { hex(): string }; pair: number[] };
    m.set(0, { tag: bytes([1, 2, 3]), pair: [4, 5] });
    expect([before.tag.hex(), before.pair]).toEqual(["000000", [0, 0]]);
  });
});

describe("a value that is refused changes nothing", () => {
  const rows: readonly (readonly [format: string, value: unknown, error: string])[] = [
    ["<IdHH", [1, 2, 3], "ValueError"],
    ["<IdHH", [1, 2, 3, 4, 5], "ValueError"],
    ["<IdHH", [1, 2, 3, 65_536], "ValueError"],
    ["<IdHH", [1, 2, 3, -1], "ValueError"],
    ["<IdHH", [1, 2, 3, 0.5], "TypeError"],
    ["<IdHH", [1, "2", 3, 4], "TypeError"],
    ["<IdHH", [1, 2, 3, undefined], "TypeError"],
    ["<IdHH", [1, 2, 3, null], "TypeError"],
    ["<IdHH", 5, "TypeError"],
    ["<IdHH", undefined, "TypeError"],
    ["<IdHH", { a: 1 }, "TypeError"],
    ["<IdHH", Uint8Array.of(1, 2, 3, 4), "TypeError"],
    ["T{<H:a:B:b:}", { a: 1 }, "ValueError"],
    ["T{<H:a:B:b:}", { a: 1, b: 256 }, "ValueError"],
    ["T{<H:a:B:b:}", { a: 1, b: "2" }, "TypeError"],
    ["T{<H:a:B:b:}", [1], "ValueError"],
    ["T{<H:a:B:b:}", 7, "TypeError"],
    ["T{<H:a:B:b:}", null, "TypeError"],
    ["T{T{<H:a:}:in:B:out:}", { in: { a: 1 }, out: 256 }, "ValueError"],
    ["T{B:out:T{<H:a:}:in:}", { out: 1, in: {} }, "ValueError"],
    ["(2,2)B", [[1, 2], [3]], "ValueError"],
    [
      "(2,2)B",
      [
        [1, 2],
        [3, 256],
      ],
      "ValueError",
    ],
    ["(2,2)B", [1, 2, 3, 4], "ValueError"],
    ["(2,2)B", [[1, 2], 3], "TypeError"],
    [">H", 65_536, "ValueError"],
    [">H", 1.5, "TypeError"],
    ["<q", 2n ** 63n, "ValueError"],
    ["<q", "1", "TypeError"],
    ["<f", 1e40, "ValueError"],
    ["<e", 65_520, "ValueError"],
    ["Zd", [1], "ValueError"],
    ["Zd", [1, 2, 3], "ValueError"],
    ["Zd", [1, "2"], "TypeError"],
    ["Zd", "1", "TypeError"],
    ["3s", "abc", "TypeError"],
    ["3s", 5, "TypeError"],
    ["<Bc", [1, bytes([1, 2])], "ValueError"],
    ["<Bc", [1, Uint8Array.of(1)], "TypeError"],
  ];

  test.each(rows)("%s: %o is a %s", (format, value, error) => {
    const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
    const memory = counting(3 * itemsize);
    const m = memoryview(memory).cast(format);
    const message = /^Cannot write an item of format ".*": wanted .*, found /;
    for (const write of [
      () => m.set(1, value),
      () => m.set(-2, value),
      () => m.setAt([1], value),
      () => m.fill(value),
      () => m.subarray(0, 3, 2).fill(value),
      () => m.cast("B").cast(format, [3, 1]).set(1, 0, value),
      () => memoryview(memory.subarray(0, itemsize)).cast(format, []).setAt([], value),
    ]) {
      expectThrown(write, error, message);
    }
    expect([...memory]).toEqual([...counting(3 * itemsize)]);
  });

  test("an object whose getter throws changes nothing", () => {
    const m = zeros("T{<H:a:B:b:}", 1);
    const value = {
      a: 1,
      get b(): number {
        throw new SyntaxError("no");
      },
    };
    expectThrown(() => m.set(0, value), "SyntaxError");
    expect(m.get(0)).toEqual({ a: 0, b: 0 });
  });

  test("an object that answers differently the second time writes a number all the same", () => {
    const memory = new Uint8Array(8);
    const m = memoryview(memory).cast("T{<H:a:<H:b:}");
    let times = 0;
    const value = {
      a: 1,
      get b(): unknown {
        return (times += 1) === 1 ? 2 : 70_000;
      },
    };
    m.set(0, value as never);
    expect([...memory.subarray(4)], "the next item is untouched").toEqual([0, 0, 0, 0]);
  });
});

describe("field", () => {
  const format = "T{<I:id:<d:t:T{<h:x:<h:y:}:at:(2,3)B:grid:3s:tag:}";
  const record = (id: number): Record<string, unknown> => ({
    id,
    t: id / 2,
    at: { x: -id, y: id },
    grid: [
      [id, 1, 2],
      [3, 4, 5],
    ],
    tag: bytes([id, 0, 0]),
  });

  function table(): MemoryView {
    const m = zeros(format, 4);
    for (let i = 0; i < 4; i += 1) m.set(i, record(i));
    return m;
  }

  test("is the column of a name, without a copy", () => {
    const m = table();
    const ids = m.field("id");
    expect([ids.format, ids.shape, ids.strides]).toEqual(["<I", [4], [m.itemsize]]);
    expect(ids.toList()).toEqual([0, 1, 2, 3]);
    ids.set(2, 99);
    expect((m.get(2) as { id: number }).id).toBe(99);
    m.field("t").fill(0.25);
    expect(m.field("t").toList()).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(m.field("id").toList()).toEqual([0, 1, 99, 3]);
    expect(ids.obj).toBe(m.obj);
  });

  test("of a record in a record", () => {
    const at = table().field("at");
    expect(at.get(3)).toEqual({ x: -3, y: 3 });
    expect(at.field("x").toList()).toEqual([-0, -1, -2, -3].map((n) => n + 0));
    expect(at.field(-1).toList()).toEqual([0, 1, 2, 3]);
  });

  test("of a sub-array has its axes last", () => {
    const grid = table().field("grid");
    expect([grid.shape, grid.format]).toEqual([[4, 2, 3], "<B"]);
    expect(grid.get(3, 0, 0)).toBe(3);
    expect(grid.select(1).toList()).toEqual([
      [1, 1, 2],
      [3, 4, 5],
    ]);
    expect(grid.select(null, 1, 2).toList()).toEqual([5, 5, 5, 5]);
  });

  test("of text", () => {
    const tags = itemsOf<Bytes>(table().field("tag"));
    expect(tags.map((tag) => tag.hex())).toEqual(["000000", "010000", "020000", "030000"]);
  });

  test("by index, from the end too, of records without names", () => {
    const m = zeros("<IdHH", 2);
    m.set(1, [1, 2.5, 3, 4]);
    expect([0, 1, 2, 3, -1, -4].map((i) => m.field(i).get(1))).toEqual([1, 2.5, 3, 4, 4, 1]);
    expect(m.field(1n as never).get(1)).toBe(2.5);
    expect(m.field(1).strides).toEqual([16]);
  });

  test("of records with strides of their own, and with several axes", () => {
    const m = table();
    expect(m.subarray(null, null, -2).field("id").toList()).toEqual([3, 1]);
    expect(m.reshape([2, 2]).field("id").toList()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(m.reshape([2, 2]).transpose().field("grid").shape).toEqual([2, 2, 2, 3]);
    expect(m.select(3).field("t").get()).toBe(1.5);
    expect(m.subarray(4).field("t").toList()).toEqual([]);
  });

  test("of read-only records is read-only", () => {
    const ids = table().toReadonly().field("id");
    expect(ids.readonly).toBe(true);
    expectThrown(() => ids.set(0, 1), "TypeError");
  });

  test("sums as a column as it does record by record", () => {
    const m = table();
    let sum = 0;
    for (const id of m.field("id")) sum += Number(id);
    expect(sum).toBe(6);
    expectThrown(() => m.field("id").asTypedArray(), "BufferError", /C-contiguous/);
  });

  test.each<readonly [string, unknown, string]>([
    ["a name that is not there", "nope", "KeyError"],
    ["a name of another level", "x", "KeyError"],
    ["no name", "", "KeyError"],
    ["a name of all objects", "constructor", "KeyError"],
    ["an index beyond the end", 5, "IndexError"],
    ["an index before the start", -6, "IndexError"],
    ["a fraction", 0.5, "TypeError"],
    ["nothing", undefined, "TypeError"],
    ["null", null, "TypeError"],
  ])("refuses %s", (_, key, error) => {
    expectThrown(() => table().field(key as string), error, /^Cannot take (a )?field/);
  });

  test.each(["B", "d", ">I", "3s", "Zd"])("refuses items of %s", (plain) => {
    expectThrown(() => zeros(plain, 2).field(0), "TypeError", /record format/);
  });

  test("of an item that is a sub-array is its elements, along axes of their own", () => {
    const field = zeros("(2,3)d", 2).field(0);
    expect([field.format, field.shape, field.strides]).toEqual(["d", [2, 2, 3], [48, 24, 8]]);
    expect(zeros("(4)T{B:a:}", 2).field(0).field("a").shape).toEqual([2, 4]);
  });

  test("a name lists the names there are", () => {
    expectThrown(
      () => table().field("nope"),
      "KeyError",
      /wanted id, t, at, grid, tag, found "nope"$/,
    );
  });

  test("never makes more than 64 axes", () => {
    const m = zeros("T{(2)H:pair:}", 1).reshape(Array.from({ length: 64 }, () => 1));
    expectThrown(() => m.field("pair"), "ValueError", /64/);
  });
});
