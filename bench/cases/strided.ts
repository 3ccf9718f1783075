/**
 * Bulk work on every second double of an array, against the plain loop in a function that takes arrays.
 *
 * The arrays come to it out of an array (`hide`). An engine that knows them as constants puts their
 * addresses and lengths into its code, and the loop is up to three times as fast; but a function of a
 * real program does not work on one array only.
 */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Bar, Case } from "../case.ts";
import { bytesOf, hide, randomDoubles } from "../corpus.ts";

const step = 2;
/** 64 KiB of doubles: memory of this size is reused, where that of `many` is mapped and cleared anew. */
const count = 8192;
const many = 500_000;
const bars: readonly Bar[] = [{ subject: "zerocopy", against: ["loop"], max: 1.5 }];

const numbers = (length = count): Float64Array<ArrayBuffer> => randomDoubles(1, step * length);

function everySecond(array: Float64Array): MemoryView<string, number> {
  return memoryview(array).subarray(undefined, undefined, step);
}

function pack(source: Float64Array, target: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = source[step * i] ?? 0;
}

function copy(source: Float64Array, target: Float64Array): void {
  for (let i = 0; i < count; i++) target[step * i] = source[step * i] ?? 0;
}

function equal(one: Float64Array, other: Float64Array): boolean {
  for (let i = 0; i < count; i++) if (one[step * i] !== other[step * i]) return false;
  return true;
}

function fillWith(value: number, target: Float64Array): void {
  for (let i = 0; i < count; i++) target[step * i] = value;
}

const toBytes = (name: string, length: number, more: readonly Bar[] = []): Case => ({
  name,
  item: "double",
  measure: "time",
  bars: [...bars, ...more],
  open() {
    const source = numbers(length);
    return {
      items: length,
      expected: bytesOf(source.filter((_, i) => i % step === 0)),
      subjects: {
        zerocopy() {
          const view = everySecond(source);
          return () => view.toBytes();
        },
        loop() {
          const arrays = hide(source);
          return () => {
            const target = new Float64Array(length);
            pack(arrays[0], target);
            return bytesOf(target);
          };
        },
        cpython: { python: "strided_to_bytes", input: bytesOf(source) },
      },
    };
  },
});

const copyFrom: Case = {
  name: "strided-copyFrom",
  item: "double",
  measure: "time",
  bars,
  open() {
    const source = numbers();
    const target = new Float64Array(source.length);
    return {
      items: count,
      expected: bytesOf(source.map((value, i) => (i % step === 0 ? value : 0))),
      subjects: {
        zerocopy() {
          const [from, to] = [everySecond(source), everySecond(target)];
          return () => {
            to.copyFrom(from);
            return bytesOf(target);
          };
        },
        loop() {
          const arrays = hide(source, target);
          return () => {
            copy(arrays[0], arrays[1]);
            return bytesOf(target);
          };
        },
      },
    };
  },
};

const equals: Case = {
  name: "strided-equals",
  item: "double",
  measure: "time",
  bars,
  open() {
    const [one, other] = [numbers(), numbers()];
    return {
      items: count,
      expected: true,
      subjects: {
        zerocopy() {
          const [left, right] = [everySecond(one), everySecond(other)];
          return () => left.equals(right);
        },
        loop() {
          const arrays = hide(one, other);
          return () => equal(arrays[0], arrays[1]);
        },
      },
    };
  },
};

const fill: Case = {
  name: "strided-fill",
  item: "double",
  measure: "time",
  bars,
  open() {
    const target = numbers();
    return {
      items: count,
      expected: bytesOf(target.map((value, i) => (i % step === 0 ? 1.5 : value))),
      subjects: {
        zerocopy() {
          const view = everySecond(target);
          return () => {
            view.fill(1.5);
            return bytesOf(target);
          };
        },
        loop() {
          const arrays = hide(target);
          return () => {
            fillWith(1.5, arrays[0]);
            return bytesOf(target);
          };
        },
      },
    };
  },
};

export const cases: readonly Case[] = [
  toBytes("strided-toBytes", count),
  toBytes("strided-toBytes-4MB", many, [{ subject: "zerocopy", against: ["cpython"], max: 1 / 3 }]),
  copyFrom,
  equals,
  fill,
];
