/**
 * A parser that takes 4 KiB off the front until nothing is left. With views the work grows with the
 * size, with copies of the rest it grows with the square of the size.
 */
import { memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Case, OpenCase, Prepare } from "../case.ts";
import { randomBytes } from "../corpus.ts";

const mebibyte = 1024 * 1024;
const takenBytes = 4096;

interface Rest {
  readonly length: number;
}

/** Takes everything, `times` times over; returns the number of parts. */
function consume<R extends Rest>(whole: R, times: number, drop: (rest: R) => R): number {
  let parts = 0;
  for (let i = 0; i < times; i++) {
    for (let rest = whole; rest.length > 0; rest = drop(rest)) parts++;
  }
  return parts;
}

function openSize(
  lengthBytes: number,
  more: (bytes: Uint8Array) => OpenCase["subjects"],
): OpenCase {
  const bytes = randomBytes(1, lengthBytes);
  const views = (length: number): Prepare => {
    return () => {
      const view: MemoryView = memoryview(bytes).subarray(0, length);
      return () => consume(view, lengthBytes / length, (rest) => rest.subarray(takenBytes));
    };
  };
  return {
    items: lengthBytes / takenBytes,
    expected: lengthBytes / takenBytes,
    subjects: {
      "zerocopy views": views(lengthBytes),
      "zerocopy views of 1 MiB": views(mebibyte),
      "Uint8Array.slice": () => () => consume(bytes, 1, (rest) => rest.slice(takenBytes)),
      ...more(bytes),
    },
  };
}

export const cases: readonly Case[] = [
  {
    name: "consume-1MiB",
    item: "4 KiB",
    measure: "time",
    bars: [],
    open: () =>
      openSize(mebibyte, (bytes) => ({
        "zerocopy copies": () => {
          const whole: MemoryView = memoryview(bytes);
          return () =>
            consume(whole, 1, (rest) => memoryview(rest.subarray(takenBytes).toUint8Array()));
        },
      })),
  },
  {
    name: "consume-16MiB",
    item: "4 KiB",
    measure: "time",
    // Linear: a part costs the same whatever the size of the whole.
    bars: [{ subject: "zerocopy views", against: ["zerocopy views of 1 MiB"], max: 1.25 }],
    open: () => openSize(16 * mebibyte, () => ({})),
  },
];
