/** What is no array of the library is a TypeError that says what is wanted and what was found. */
import { describe, expect, test } from "vitest";
import { BufferError } from "../../../src/core/errors.ts";
import { fromArrow, fromNdarray, fromPyodide, fromZarrita } from "../../../src/interop/index.ts";

/** Values that no type admits. */
const anything = (value: unknown): never => value as never;

const four = new Float64Array(4);
const ndarray = { data: four, shape: [2, 2], stride: [2, 1], offset: 0 };
const chunk = { data: four, shape: [2, 2], stride: [2, 1] };
const column = {
  type: { typeId: 3 },
  length: 4,
  nullCount: 0,
  stride: 1,
  values: four,
};
const buffer = {
  data: four,
  offset: 0,
  shape: [4],
  strides: [1],
  format: "d",
  itemsize: 8,
  nbytes: 32,
  readonly: false,
  release: () => {},
};

const all: [string, (value: unknown) => unknown][] = [
  ["an ndarray", (value) => fromNdarray(anything(value))],
  ["a zarrita chunk", (value) => fromZarrita(anything(value))],
  ["an Arrow vector", (value) => fromArrow(anything(value))],
  ["a Pyodide buffer", (value) => fromPyodide(anything(value))],
];

describe.for(all)("viewing %s", ([name, view]) => {
  test.for<[unknown, string]>([
    [null, "null"],
    [undefined, "undefined"],
    [3, "3"],
    ["text", '"text"'],
    [() => {}, "function"],
    [{}, ""],
    [[1, 2], ""],
    [new Float64Array(2), ""],
    [new ArrayBuffer(8), ""],
  ])("refuses %o", ([value, found]) => {
    expect(() => view(value)).toThrow(TypeError);
    expect(() => view(value)).toThrow(
      new RegExp(`^Cannot view ${name}: wanted .+, found .*${found}`),
    );
  });
});

describe.for<[string, (value: object) => unknown, object]>([
  ["fromNdarray", (value) => fromNdarray(anything(value)), ndarray],
  ["fromZarrita", (value) => fromZarrita(anything(value)), chunk],
  ["fromPyodide", (value) => fromPyodide(anything(value)), buffer],
])("%s", ([name, view, whole]) => {
  const strides = name === "fromPyodide" ? "strides" : "stride";

  test.for<[string, object]>([
    ["no shape", { shape: undefined }],
    ["a shape of text", { shape: ["2", "2"] }],
    ["a shape that is a number", { shape: 4 }],
    ["a negative size", { shape: [-2, 2], [strides]: [2, 1] }],
    ["a fraction of an item", { shape: [1.5], [strides]: [1] }],
    ["no strides", { [strides]: undefined }],
    ["too few strides", { shape: [2, 2], [strides]: [1] }],
    ["strides of text", { [strides]: ["1"] }],
    ["strides that are not finite", { shape: [4], [strides]: [Infinity] }],
    ["strides of a fraction of a byte", { shape: [4], [strides]: [0.3] }],
    ["an Array as data", { data: [1, 2, 3, 4] }],
    ["no data", { data: undefined }],
  ])("refuses %s", ([, change]) => {
    expect(() => view({ ...whole, ...change })).toThrow(TypeError);
    expect(() => view({ ...whole, ...change })).toThrow(/^Cannot view a.+: wanted .+, found /);
  });

  test("refuses items outside of the data, though inside of its buffer", () => {
    const data = new Float64Array(8).subarray(2, 6);
    expect(() => view({ ...whole, data, shape: [5], [strides]: [1] })).toThrow(BufferError);
    expect(() => view({ ...whole, data, shape: [2], [strides]: [-1] })).toThrow(BufferError);
  });
});

describe("fromNdarray and fromPyodide", () => {
  test.for([undefined, "0", 0.3, NaN])("refuse an offset of %o", (offset) => {
    expect(() => fromNdarray(anything({ ...ndarray, offset }))).toThrow(TypeError);
    expect(() => fromPyodide(anything({ ...buffer, offset }))).toThrow(TypeError);
  });
});

describe("fromPyodide", () => {
  test.for([{ format: 3 }, { itemsize: "8" }, { release: undefined }])("refuses %o", (change) => {
    expect(() => fromPyodide(anything({ ...buffer, ...change }))).toThrow(TypeError);
  });

  test("does not release a buffer that it cannot view", () => {
    const release = (): never => {
      throw new Error("released");
    };
    expect(() => fromPyodide({ ...buffer, shape: [5], release })).toThrow(BufferError);
  });
});

describe("fromArrow", () => {
  test.for([
    { type: undefined },
    { type: { typeId: "Float64" } },
    { values: [1, 2] },
    { values: undefined },
    { stride: 2 },
    { length: -1 },
    { length: "4" },
  ])("refuses a chunk with %o, alone and in a vector", (change) => {
    const bad = { ...column, ...change };
    expect(() => fromArrow(anything(bad))).toThrow(TypeError);
    expect(() => fromArrow(anything({ type: bad.type, data: [bad] }))).toThrow(TypeError);
  });

  test("refuses what is no chunk in a vector", () => {
    expect(() => fromArrow(anything({ type: column.type, data: [null] }))).toThrow(TypeError);
    expect(() => fromArrow(anything({ type: column.type, data: [3] }))).toThrow(TypeError);
  });

  test("refuses a vector without chunks, and a chunk that is longer than its values", () => {
    expect(() => fromArrow({ type: column.type, data: [] })).toThrow("wanted one chunk, found 0");
    expect(() => fromArrow({ ...column, length: 5 })).toThrow(BufferError);
  });
});
