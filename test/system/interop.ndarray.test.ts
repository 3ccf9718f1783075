/** Views of real ndarrays: the same items, in the same memory, whatever was done to the array. */
import * as fc from "fast-check";
import ndarray from "ndarray";
import type { NdArray } from "ndarray";
import { describe, expect, expectTypeOf, test } from "vitest";
import { copiedBytes } from "zerocopy";
import type { MemoryView } from "zerocopy";
import { fromNdarray } from "zerocopy/interop";

type Doubles = NdArray<Float64Array>;

const doubles = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);

/** All indices of a shape, in C order. */
function indices(shape: readonly number[]): number[][] {
  const [size, ...rest] = shape;
  if (size === undefined) return [[]];
  return Array.from({ length: size }, (_, i) => i).flatMap((i) =>
    indices(rest).map((index) => [i].concat(index)),
  );
}

/** Both show the same items, and what one writes the other reads. */
function expectSame(array: Doubles): void {
  const before = copiedBytes();
  const view = fromNdarray(array);
  expect(view.shape).toEqual(array.shape);
  for (const index of indices(array.shape)) {
    expect(view.getAt(index)).toBe(array.get(...index));
    view.setAt(index, -1);
    expect(array.get(...index)).toBe(-1);
    array.set(...index, 7);
    expect(view.getAt(index)).toBe(7);
  }
  expect(copiedBytes()).toBe(before);
}

const cube = (): Doubles => ndarray(doubles(24), [2, 3, 4]);

describe("fromNdarray", () => {
  test.for<[string, (array: Doubles) => Doubles]>([
    ["whole", (array) => array],
    ["transposed", (array) => array.transpose(2, 0, 1)],
    ["stepped", (array) => array.step(1, 2, 3)],
    ["reversed", (array) => array.step(-1, -2, -1)],
    ["a part", (array) => array.lo(1, 1, 1).hi(1, 2, 2)],
    ["one row", (array) => array.pick(1, null, 2)],
    ["one item", (array) => array.pick(1, 2, 3)],
    ["nothing", (array) => array.hi(0, 3, 4)],
    ["nothing, reversed", (array) => array.hi(2, 0, 4).step(-1, -1, -1)],
    ["nothing, after the end", (array) => array.lo(2, 3, 4)],
  ])("shows an array that is %s", ([, change]) => expectSame(change(cube())));

  test("shows what is left after any number of changes", () => {
    const axis = fc.nat(2);
    const change = fc.oneof(
      fc.record({ how: fc.constant("step"), axis, by: fc.constantFrom(-3, -2, -1, 1, 2) }),
      fc.record({ how: fc.constantFrom("lo", "hi"), axis, by: fc.nat(4) }),
      fc.record({ how: fc.constant("turn"), axis, by: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        let array = cube();
        for (const { how, axis: at, by } of changes) {
          const only = (value: number, rest: number[]): number[] => rest.with(at, value);
          const limit = Math.min(by, array.shape[at] ?? 0);
          if (how === "step") array = array.step(...only(by, [1, 1, 1]));
          else if (how === "lo") array = array.lo(...only(limit, [0, 0, 0]));
          else if (how === "hi") array = array.hi(...only(limit, array.shape));
          else array = array.transpose(1, 2, 0);
        }
        expectSame(array);
      }),
    );
  });

  test("takes the format of the data, and its type", () => {
    expectTypeOf(fromNdarray(cube())).toEqualTypeOf<MemoryView<"d">>();
    expectTypeOf(fromNdarray(ndarray(new Int8Array(4)))).toEqualTypeOf<MemoryView<"b">>();
    const wide = fromNdarray(ndarray(new BigInt64Array([1n, 2n]), [2]));
    expectTypeOf(wide).toEqualTypeOf<MemoryView<"q">>();
    expect([wide.format, wide.get(1)]).toEqual(["q", 2n]);
    // @ts-expect-error -- an Array of values has no memory to show
    expect(() => fromNdarray(ndarray([1, 2, 3]))).toThrow(
      "Cannot view an ndarray: wanted an ndarray { data, shape, stride, offset } over a typed array, found an instance of Array",
    );
  });

  test("shows data in the middle of a buffer", () => {
    const data = doubles(10).subarray(3, 9);
    const view = fromNdarray(ndarray(data, [2, 3]));
    expect(view.toList()).toEqual([
      [3, 4, 5],
      [6, 7, 8],
    ]);
    expect(view.asTypedArray().buffer).toBe(data.buffer);
  });

  test("repeats items whose stride is 0", () => {
    const row = ndarray(doubles(3), [2, 3], [0, 1]);
    expect(fromNdarray(row).toList()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("refuses an array that reaches outside of its data, where ndarray reads undefined", () => {
    const data = doubles(10).subarray(2, 6);
    const reaching = ndarray(data, [5]);
    expect(reaching.get(4)).toBeUndefined();
    expect(() => fromNdarray(reaching)).toThrow(
      "Cannot view an ndarray: wanted items within its 32 bytes of data, found bytes 0 to 40",
    );
    expect(() => fromNdarray(ndarray(data, [2], [-1], 0))).toThrow("found bytes -8 to 8");
  });

  test("remembers the array as the view's exporter", () => {
    const array = cube();
    expect(fromNdarray(array).subarray(1).obj).toMatchObject({ source: array });
  });
});
