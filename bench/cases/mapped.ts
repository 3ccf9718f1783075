/**
 * A mapped file of 10 GB, which is one hole: opening it, and 1,000 items at random places, each of
 * which is on a page that nobody has touched.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { mapWindows } from "zerocopy/fs";
import type { MappedWindows } from "zerocopy/fs";
import type { Case, Prepare } from "../case.ts";
import { itemsInC } from "../mapping/reference.ts";

const bytes = 10e9;
const items = 1000;
const rounds = 51;

/** Calls `use` with a path that is gone afterwards. */
function withFile<R>(use: (file: string) => R): R {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-bench-mapped-"));
  const file = path.join(folder, "hole");
  fs.writeFileSync(file, "");
  try {
    return use(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

/** The median of what `measure` finds out about a new mapping of a new file, again and again. */
function eachMapping(measure: (map: () => MappedWindows) => number): Prepare {
  return () => () =>
    withFile((file) => {
      const figures = Array.from({ length: rounds }, () => {
        fs.truncateSync(file, 0);
        fs.truncateSync(file, bytes);
        let map: MappedWindows | undefined;
        const figure = measure(() => (map = mapWindows(file, { advice: "random" })));
        map?.unmap();
        return figure;
      });
      return median(figures);
    });
}

let state = 1;

/** xorshift32, as in items.c. */
function randomPlaces(): number[] {
  return Array.from({ length: items }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * (bytes / 8)) * 8;
  });
}

function timeOf(loop: () => number): number {
  const before = performance.now();
  const sum = loop();
  const ms = performance.now() - before;
  if (sum !== 0) throw new Error("Cannot trust the loop: a hole reads as zeros");
  return ms;
}

const opening: Case = {
  name: "mapped-10GB-open",
  item: "mapping of 10 GB",
  measure: "scenario",
  unit: "ms",
  bars: [{ subject: "zerocopy", max: 1 }],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      zerocopy: eachMapping((map) => {
        const before = performance.now();
        map();
        return performance.now() - before;
      }),
    },
  }),
};

const random: Case = {
  name: "mapped-10GB-items",
  item: "1,000 doubles at random places",
  measure: "scenario",
  unit: "ms",
  bars: [{ subject: "zerocopy", against: ["c"], max: 2 }],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      zerocopy: eachMapping((open) => {
        const map = open();
        const places = randomPlaces();
        return timeOf(() => {
          let sum = 0;
          for (const place of places) sum += map.get("<d", place);
          return sum;
        });
      }),
      "zerocopy, by windows": eachMapping((open) => {
        const map = open();
        const places = randomPlaces();
        for (let number = 0; number < map.length; number++) map.window(number); // may collect garbage
        return timeOf(() => {
          let sum = 0;
          for (const place of places) {
            const [view, index] = map.locate(place);
            sum += view.get(index);
          }
          return sum;
        });
      }),
      c: () => () => withFile((file) => itemsInC(file, bytes, rounds)),
    },
  }),
};

const resident: Case = {
  name: "mapped-10GB-memory",
  item: "1,000 doubles at random places: growth of the resident set",
  measure: "scenario",
  unit: "MB",
  bars: [{ subject: "zerocopy", max: 10 }],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      zerocopy: () => () =>
        withFile((file) => {
          fs.truncateSync(file, bytes);
          const places = randomPlaces();
          const before = process.memoryUsage.rss();
          const map = mapWindows(file, { advice: "random" });
          for (const place of places) map.get("<d", place);
          const growth = process.memoryUsage.rss() - before;
          map.unmap();
          return growth / 1e6;
        }),
    },
  }),
};

export const cases: readonly Case[] = [opening, random, resident];
