/**
 * Bulk work on the transpose of a matrix of doubles, against the loops a person would write: row by
 * row of the result, row by row of the memory, and in blocks that fit into the cache.
 */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Bar, Case, Run } from "../case.ts";
import { bytesOf, hide, randomDoubles } from "../corpus.ts";

/**
 * More than the caches of a core hold, or the order would not matter. No power of two: then the items
 * of a column would share a few lines of the cache.
 */
const side = 2000;
const count = side * side;
const block = 64;
const orders = ["by rows", "by columns", "by blocks"];
const bars: readonly Bar[] = [{ subject: "zerocopy", against: orders, max: 1.5 }];

type Matrix = Float64Array<ArrayBuffer>;

const matrix = (): Matrix => randomDoubles(1, count);

const viewOf = (source: Matrix): MemoryView<string, number> =>
  memoryview(source).cast("B").cast("d", [side, side]);

function copyByRows(source: Matrix, target: Matrix): void {
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) target[i * side + j] = source[j * side + i] ?? 0;
  }
}

function copyByColumns(source: Matrix, target: Matrix): void {
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) target[i * side + j] = source[j * side + i] ?? 0;
  }
}

function copyByBlocks(source: Matrix, target: Matrix): void {
  for (let top = 0; top < side; top += block) {
    const bottom = Math.min(top + block, side);
    for (let left = 0; left < side; left += block) {
      const right = Math.min(left + block, side);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) target[i * side + j] = source[j * side + i] ?? 0;
      }
    }
  }
}

function equalByRows(one: Matrix, other: Matrix): boolean {
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) if (one[i * side + j] !== other[j * side + i]) return false;
  }
  return true;
}

function equalByColumns(one: Matrix, other: Matrix): boolean {
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) if (one[i * side + j] !== other[j * side + i]) return false;
  }
  return true;
}

function equalByBlocks(one: Matrix, other: Matrix): boolean {
  for (let top = 0; top < side; top += block) {
    const bottom = Math.min(top + block, side);
    for (let left = 0; left < side; left += block) {
      const right = Math.min(left + block, side);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          if (one[i * side + j] !== other[j * side + i]) return false;
        }
      }
    }
  }
  return true;
}

function fillByRows(value: number, target: Matrix): void {
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) target[j * side + i] = value;
  }
}

function fillByColumns(value: number, target: Matrix): void {
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) target[j * side + i] = value;
  }
}

function transposed(source: Matrix): Matrix {
  const target = new Float64Array(count);
  copyByRows(source, target);
  return target;
}

const toBytes: Case = {
  name: "transposed-toBytes",
  item: "double",
  measure: "time",
  bars,
  open() {
    const source = matrix();
    const byHand = (copy: typeof copyByRows): Run => {
      const arrays = hide(source);
      return () => {
        const target = new Float64Array(count);
        copy(arrays[0], target);
        return bytesOf(target);
      };
    };
    return {
      items: count,
      expected: bytesOf(transposed(source)),
      subjects: {
        zerocopy() {
          const view = viewOf(source).transpose();
          return () => view.toBytes();
        },
        "by rows": () => byHand(copyByRows),
        "by columns": () => byHand(copyByColumns),
        "by blocks": () => byHand(copyByBlocks),
      },
    };
  },
};

const copyFrom: Case = {
  name: "transposed-copyFrom",
  item: "double",
  measure: "time",
  bars,
  open() {
    const source = matrix();
    const target = new Float64Array(count);
    const byHand = (copy: typeof copyByRows): Run => {
      const arrays = hide(source, target);
      return () => {
        copy(arrays[0], arrays[1]);
        return bytesOf(target);
      };
    };
    return {
      items: count,
      expected: bytesOf(transposed(source)),
      subjects: {
        zerocopy() {
          const [from, to] = [viewOf(source).transpose(), viewOf(target)];
          return () => {
            to.copyFrom(from);
            return bytesOf(target);
          };
        },
        "by rows": () => byHand(copyByRows),
        "by columns": () => byHand(copyByColumns),
        "by blocks": () => byHand(copyByBlocks),
      },
    };
  },
};

const equals: Case = {
  name: "transposed-equals",
  item: "double",
  measure: "time",
  bars,
  open() {
    const source = matrix();
    const other = transposed(source);
    const arrays = hide(other, source);
    return {
      items: count,
      expected: true,
      subjects: {
        zerocopy() {
          const [left, right] = [viewOf(other), viewOf(source).transpose()];
          return () => left.equals(right);
        },
        "by rows": () => () => equalByRows(arrays[0], arrays[1]),
        "by columns": () => () => equalByColumns(arrays[0], arrays[1]),
        "by blocks": () => () => equalByBlocks(arrays[0], arrays[1]),
      },
    };
  },
};

const fill: Case = {
  name: "transposed-fill",
  item: "double",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["by rows", "by columns"], max: 1.5 }],
  open() {
    const target = matrix();
    const arrays = hide(target);
    return {
      items: count,
      expected: bytesOf(new Float64Array(count).fill(1.5)),
      subjects: {
        zerocopy() {
          const view = viewOf(target).transpose();
          return () => {
            view.fill(1.5);
            return bytesOf(target);
          };
        },
        "by rows": () => () => {
          fillByRows(1.5, arrays[0]);
          return bytesOf(target);
        },
        "by columns": () => () => {
          fillByColumns(1.5, arrays[0]);
          return bytesOf(target);
        },
        "TypedArray.fill": () => () => bytesOf(target.fill(1.5)),
      },
    };
  },
};

export const cases: readonly Case[] = [toBytes, copyFrom, equals, fill];
