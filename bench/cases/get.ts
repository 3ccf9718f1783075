/** Reading one item by its index, checked; the loop is the same for every subject. */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Case, Subject } from "../case.ts";
import { bytesOf, randomBytes, randomDoubles } from "../corpus.ts";
import { peer } from "../package.ts";

const count = 65_536;

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function oneFormat(numbers: Float64Array | Uint8Array): Record<string, Subject> {
  return {
    zerocopy() {
      const view: MemoryView<string, number> = memoryview(numbers);
      return () => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += view.get(i);
        return sum;
      };
    },
    array: () => () => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += numbers[i] ?? 0;
      return sum;
    },
    ndarray: peer("ndarray/sum", numbers),
  };
}

const float64: Case = {
  name: "get-float64",
  item: "get(i)",
  measure: "time",
  bars: [
    { subject: "zerocopy", against: ["array"], max: 6 },
    { subject: "zerocopy", against: ["cpython"], max: 1 / 5 },
  ],
  open() {
    const numbers = randomDoubles(1, count);
    return {
      items: count,
      expected: sumOf(numbers),
      subjects: {
        ...oneFormat(numbers),
        cpython: { python: "get_float64", input: bytesOf(numbers) },
      },
    };
  },
};

const uint8: Case = {
  name: "get-uint8",
  item: "get(i)",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["array"], max: 2.5 }],
  open() {
    const numbers = randomBytes(1, count);
    return { items: count, expected: sumOf(numbers), subjects: oneFormat(numbers) };
  },
};

function eightFormats(): Numbers[] {
  const bytes = randomBytes(2, count);
  return [
    new Int8Array(bytes),
    new Uint8Array(bytes),
    new Int16Array(bytes),
    new Uint16Array(bytes),
    new Int32Array(bytes),
    new Uint32Array(bytes),
    new Float32Array(bytes),
    new Float64Array(bytes),
  ];
}

function sumView(view: MemoryView<string, number>, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += view.get(i);
  return sum;
}

function sumArray(array: Numbers, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += array[i] ?? 0;
  return sum;
}

/** A loop in a shared helper: it has met all of `seen` before `measured` is summed. */
function afterEightFormats(name: string, measured: (all: Numbers[]) => Numbers[]): Case {
  return {
    name,
    item: "get(i)",
    measure: "time",
    bars: [
      { subject: "zerocopy", against: ["ndarray"], max: 0.6 },
      { subject: "zerocopy", against: ["array"], max: 1 },
    ],
    open() {
      const seen = eightFormats();
      const chosen = measured(seen);
      return {
        items: chosen.length * count,
        expected: chosen.map(sumOf).reduce((total, sum) => total + sum, 0),
        subjects: {
          zerocopy() {
            for (let i = 0; i < 50; i++) for (const one of seen) sumView(memoryview(one), count);
            const views = chosen.map((one): MemoryView<string, number> => memoryview(one));
            return () => views.reduce((total, view) => total + sumView(view, count), 0);
          },
          array() {
            for (let i = 0; i < 50; i++) for (const one of seen) sumArray(one, count);
            return () => chosen.reduce((total, array) => total + sumArray(array, count), 0);
          },
          ndarray: peer("ndarray/sumOfMany", seen, chosen),
        },
      };
    },
  };
}

export const cases: readonly Case[] = [
  float64,
  uint8,
  afterEightFormats("get-after-8-formats", (all) => all.slice(-1)),
  afterEightFormats("get-of-8-formats", (all) => all),
];
