/** Making a view that escapes, of memory that others hold too. */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Case, OpenCase, Run } from "../case.ts";
import { randomBytes } from "../corpus.ts";
import { peer } from "../package.ts";

const count = 65_536;
const length = 64;
const held = 100_000;

/** The last 1024 views are kept, so that none can be optimised away. */
function keepSome<V extends { length: number }>(first: V, make: (i: number) => V): Run {
  const sink = Array.from({ length: 1024 }, () => first);
  return () => {
    for (let i = 0; i < count; i++) sink[i & 1023] = make(i);
    let sum = 0;
    for (const view of sink) sum += view.length;
    return sum;
  };
}

function keepAll(make: (i: number) => unknown): Run {
  return () => {
    const views = Array.from<unknown>({ length: held });
    for (let i = 0; i < held; i++) views[i] = make(i % count);
    return views;
  };
}

function flat(keep: typeof keepSome): OpenCase["subjects"] {
  const bytes = randomBytes(1, count + length);
  return {
    zerocopy() {
      const view = memoryview(bytes);
      return keep(view, (i) => view.subarray(i, i + length));
    },
    buffer() {
      const buffer = Buffer.from(bytes.buffer);
      return keep(buffer, (i) => buffer.subarray(i, i + length));
    },
    uint8Array: () => keep(bytes, (i) => bytes.subarray(i, i + length)),
  };
}

/** Rows of 8 bytes: every view carries a shape and strides of its own. */
function rows(keep: typeof keepSome): OpenCase["subjects"] {
  const bytes = randomBytes(1, (count + length) * 8);
  return {
    zerocopy() {
      const view: MemoryView = memoryview(bytes).cast("B", [count + length, 8]);
      return keep(view, (i) => view.subarray(i, i + length));
    },
    buffer() {
      const buffer = Buffer.from(bytes.buffer);
      return keep(buffer, (i) => buffer.subarray(i * 8, (i + length) * 8));
    },
  };
}

const retainAll: typeof keepSome = (_first, make) => keepAll(make);

export const cases: readonly Case[] = [
  {
    name: "subarray",
    item: "view",
    measure: "time",
    bars: [
      { subject: "zerocopy", against: ["buffer"], max: 0.5 },
      { subject: "zerocopy", against: ["cpython"], max: 1 / 5 },
    ],
    open: () => ({
      items: count,
      expected: 1024 * length,
      subjects: {
        ...flat(keepSome),
        ndarray: peer("ndarray/lo", randomBytes(1, count + length), count, length),
        cpython: { python: "slice_view", input: randomBytes(1, count + length) },
      },
    }),
  },
  {
    name: "subarray-2d",
    item: "view",
    measure: "time",
    bars: [{ subject: "zerocopy", against: ["buffer"], max: 0.8 }],
    open: () => ({ items: count, expected: undefined, subjects: rows(keepSome) }),
  },
  {
    name: "retained-subarray",
    item: "view",
    measure: "retained",
    bars: [{ subject: "zerocopy", max: 100 }],
    open: () => ({ items: held, expected: undefined, subjects: flat(retainAll) }),
  },
  {
    name: "retained-subarray-2d",
    item: "view",
    measure: "retained",
    bars: [{ subject: "zerocopy", max: 200 }],
    open: () => ({ items: held, expected: undefined, subjects: rows(retainAll) }),
  },
];
