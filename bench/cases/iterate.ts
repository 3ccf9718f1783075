/** `for..of` over a view, against the shortest way to make an iterator: a generator. */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Case, Run } from "../case.ts";
import { randomDoubles } from "../corpus.ts";

const count = 65_536;

function* generate(array: Float64Array): Generator<number> {
  for (let i = 0; i < array.length; i++) yield array[i] ?? 0;
}

function* generateItems(view: MemoryView<string, number>): Generator<number> {
  for (let i = 0; i < count; i++) yield view.get(i);
}

function sumOf(open: () => Iterable<number>): Run {
  return () => {
    let sum = 0;
    for (const value of open()) sum += value;
    return sum;
  };
}

const iterate: Case = {
  name: "iterate",
  item: "double",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["generator of an array"], max: 0.6 }],
  open() {
    const numbers = randomDoubles(1, count);
    return {
      items: count,
      expected: numbers.reduce((sum, value) => sum + value, 0),
      subjects: {
        zerocopy() {
          const view: MemoryView<string, number> = memoryview(numbers);
          return sumOf(() => view);
        },
        "generator of an array": () => sumOf(() => generate(numbers)),
        "generator of get(i)"() {
          const view: MemoryView<string, number> = memoryview(numbers);
          return sumOf(() => generateItems(view));
        },
        array: () => sumOf(() => numbers),
      },
    };
  },
};

export const cases: readonly Case[] = [iterate];
