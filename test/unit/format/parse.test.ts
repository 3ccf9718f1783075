import { describe, expect, test } from "vitest";
import {
  COMPLEX128,
  INT64,
  INT8,
  RECORD,
  TEXT,
  UINT16,
  UINT32,
} from "../../../src/format/codes.ts";
import type { Field, Layout } from "../../../src/format/layout.ts";
import { parseFormat, parseStruct } from "../../../src/format/parse.ts";

function layoutOf(format: string): Layout {
  const layout = parseFormat(format);
  if ("problem" in layout) throw new Error(`${format}: ${layout.problem}`);
  return layout;
}

function problemOf(format: string): string {
  const layout = parseFormat(format);
  if ("problem" in layout) return layout.problem;
  throw new Error(`${format} is a format`);
}

/** `0:x:<i(2,3)`: offset, name, format and axes of each field. */
function fieldsOf({ fields }: { fields: readonly Field[] }): string[] {
  return fields.map(({ offset, name, layout, shape }) => {
    const axes = shape.length > 0 ? `(${shape.join(",")})` : "";
    return `${offset}:${name === undefined ? "" : `${name}:`}${layout.format}${axes}`;
  });
}

describe("parseFormat of one value", () => {
  test.each([
    ["I", { code: UINT32, hot: UINT32, itemsize: 4, align: 4, native: true, character: "I" }],
    ["@I", { code: UINT32, hot: UINT32, itemsize: 4, align: 4, native: true, character: "I" }],
    ["<I", { code: UINT32, hot: UINT32, itemsize: 4, align: 1, native: false, character: "<I" }],
    [">I", { code: UINT32, hot: RECORD, itemsize: 4, littleEndian: false, native: false }],
    [" 1H ", { code: UINT16, hot: UINT16, itemsize: 2, native: false, character: " 1H " }],
    [">b", { hot: INT8, itemsize: 1 }],
    ["l", { code: INT64, itemsize: 8, align: 8 }],
    ["<l", { code: 7, itemsize: 4, align: 1 }],
    ["^q", { code: INT64, itemsize: 8, align: 1, native: false, struct: false }],
    ["P", { hot: 10, itemsize: 8, native: true }],
    ["Zd", { code: COMPLEX128, itemsize: 16, align: 8, native: true, struct: true }],
    ["D", { code: COMPLEX128, itemsize: 16, align: 8, native: false, struct: true }],
    ["4s", { code: TEXT, hot: RECORD, itemsize: 4, native: false, struct: true }],
    ["0s", { code: TEXT, itemsize: 0 }],
  ])("%j is a scalar", (format, wanted) => {
    expect(layoutOf(format)).toMatchObject({ format, fields: [], ...wanted });
  });

  test("a format is parsed once", () => {
    expect(layoutOf("<IdHH")).toBe(layoutOf("<IdHH"));
  });
});

describe("parseFormat of a list", () => {
  test.each([
    ["ib", 5, ["0:i", "4:b"]],
    ["bi", 8, ["0:b", "4:i"]],
    ["ib0i", 8, ["0:i", "4:b"]],
    ["@b0xq", 16, ["0:b", "8:q"]],
    ["^bq", 9, ["0:^b", "1:^q"]],
    [" 2h i ", 8, ["0:h", "2:h", "4:i"]],
    ["<IdHH", 16, ["0:<I", "4:<d", "12:<H", "14:<H"]],
    ["<b>h", 3, ["0:<b", "1:>h"]],
    ["xB", 2, ["1:B"]],
    ["3s2p", 5, ["0:3s", "3:2p"]],
    ["i(2,3)d", 56, ["0:i", "8:d(2,3)"]],
    ["2T{ib}", 16, ["0:T{ib}", "8:T{ib}"]],
    ["bT{iq}b", 25, ["0:b", "8:T{iq}", "24:b"]],
    ["", 0, []],
    ["<", 0, []],
    ["4x", 4, []],
  ])("%j is %i bytes", (format, itemsize, fields) => {
    const layout = layoutOf(format);
    expect(layout).toMatchObject({ itemsize, code: RECORD, hot: RECORD, named: false });
    expect(fieldsOf(layout)).toEqual(fields);
  });

  test("CPython's struct module knows a list without shapes, names and T{}", () => {
    const known = ["ib", " 2h i ", "<IdHH", "", "F"];
    const unknown = ["<b>h", "^bq", "i(2)d", "i:x:", "T{i}", "(2)d"];
    expect(known.map((format) => layoutOf(format).struct)).toEqual(known.map(() => true));
    expect(unknown.map((format) => layoutOf(format).struct)).toEqual(unknown.map(() => false));
  });
});

describe("parseFormat of T{}", () => {
  test.each([
    ["T{bi}", 8, 4, ["0:b", "4:i"]],
    ["T{ib}", 8, 4, ["0:i", "4:b"]],
    ["T{b:a:i:b:h:c:}", 12, 4, ["0:a:b", "4:b:i", "8:c:h"]],
    ["T{<B:a:3x<I:b:}", 8, 1, ["0:a:<B", "4:b:<I"]],
    ["<T{I:x:>T{h:y:}:z:i:w:}", 10, 1, ["0:x:<I", "4:z:>T{h:y:}", "6:w:>i"]],
    ["T{2H:x:(2)3b:y:}", 10, 2, ["0:x:H(2)", "4:y:b(2,3)"]],
    ["T{}", 0, 1, []],
    ["T{<}", 0, 1, []],
  ])("%j is %i bytes, aligned to %i", (format, itemsize, align, fields) => {
    const layout = layoutOf(format);
    expect(layout).toMatchObject({ format, itemsize, align, code: RECORD });
    expect(fieldsOf(layout)).toEqual(fields);
  });

  test("items are objects when every field has a name", () => {
    expect(layoutOf("T{i:x:d:y:}").named).toBe(true);
    expect(layoutOf("T{i:x:d}").named).toBe(false);
    expect(layoutOf("T{}").named).toBe(false);
  });

  test("the format of a nested record means the same alone", () => {
    const [, inner] = layoutOf("T{b:a:>T{h:x:i:y:}:z:}").fields;
    expect(inner && layoutOf(inner.layout.format)).toEqual(inner?.layout);
  });
});

test("parseFormat of one sub-array has its axes and its element", () => {
  const layout = layoutOf("(2, 3)<d");
  expect(layout).toMatchObject({ itemsize: 48, code: RECORD });
  expect(fieldsOf(layout)).toEqual(["0:<d(2,3)"]);
});

describe("parseFormat says what is wrong", () => {
  test.each([
    ["k", "unexpected 'k' at 0"],
    ["2 h", "unexpected ' ' at 1"],
    ["i3", "no item at 2"],
    ["(2)", "no item at 3"],
    ["(2", "unexpected '(' at 0"],
    ["()d", "unexpected '(' at 0"],
    ["T{i", "no '}' at 3"],
    ["i}", "unexpected '}' at 1"],
    ["T{2}", "unexpected '}' at 3"],
    ["i:x", "unexpected ':' at 1"],
    ["i::", "unexpected ':' at 1"],
    ["i:x:d:x:", "unexpected name 'x' at 8"],
    ["<n", "unexpected 'n' after '<' at 1"],
    ["é", "unexpected 'é' at 0"],
    ["O", "unexpected 'O' at 0"],
    ["Zg", "unexpected 'Zg' at 0"],
    ["&i", "unexpected '&' at 0"],
    ["X{}", "unexpected 'X' at 0"],
    ["i:__proto__:", "unexpected name '__proto__' at 12"],
    ["T{i:é:}", "unexpected ':' at 3"],
    ["i\u00a0i", "unexpected '\u00a0' at 1"],
    ["(2,\u20033)i", "unexpected '(' at 0"],
  ])("%j: %s", (format, problem) => {
    expect(problemOf(format)).toBe(problem);
  });

  test.each([
    ["T{".repeat(65), "too deep at 128"],
    [`(${"1,".repeat(64)}1)b`, "too deep at 131"],
    ["70000b", "too large at 6"],
    ["(1000000,1000000)0s", "too large at 19"],
    ["256T{256T{256T{0s}}}", "too large at 20"],
    ["(1000000)T{b(1000)0s}", "too large"],
    ["9007199254740993x", "too large at 17"],
    ["99999999999999999999s", "too large at 21"],
  ])("a hostile format, %.20s…, is refused at once", (format, problem) => {
    expect(problemOf(format)).toContain(problem);
  });

  test("large sub-arrays and padding are no hostility", () => {
    expect(layoutOf("(1000,1000)d").itemsize).toBe(8_000_000);
    expect(layoutOf("256T{256T{256T{b}}}").itemsize).toBe(16_777_216);
    expect(layoutOf("4294967296xb").itemsize).toBe(4_294_967_297);
  });
});

describe("parseStruct", () => {
  test.each([
    ["h", 2, ["0:h"]],
    ["", 0, []],
    ["=", 0, []],
    ["<\th 2i", 10, ["0:<h", "2:<i", "6:<i"]],
    ["ib0i", 8, ["0:i", "4:b"]],
    ["4s0p", 4, ["0:4s", "4:0p"]],
    ["!Zf", 8, ["0:!Zf"]],
  ])("%j is %i bytes", (format, size, fields) => {
    const layout = parseStruct(format);
    if ("problem" in layout) throw new Error(layout.problem);
    expect(layout).toMatchObject({ format, size });
    expect(fieldsOf(layout)).toEqual(fields);
  });

  test("a long run of values is one field, however long", () => {
    const layout = parseStruct("<1000000000f3h");
    if ("problem" in layout) throw new Error(layout.problem);
    expect(layout.size).toBe(4_000_000_006);
    expect(fieldsOf(layout).slice(0, 2)).toEqual(["0:<f(1000000000)", "4000000000:<h"]);
  });

  test.each([" <h", "b<h", "^h", "2 h", "h2", "(2)h", "T{h}", "h:x:", "<n", "O", "Z", "b\0"])(
    "%j is a syntax error",
    (format) => {
      expect(parseStruct(format)).toHaveProperty("problem");
    },
  );
});
