/** Handing over what was grown: all of it changes hands, none of it moves. */
import { bytearray, copiedBytes } from "zerocopy";
import type { Case, Prepare } from "../case.ts";
import { randomBytes } from "../corpus.ts";

const mebibyte = 1024 * 1024;

/** A bytearray is grown first, as there is no other way to have one; what is left of the cost is taking. */
const ofAll: Case = {
  name: "takeBytes",
  item: "MiB, grown and taken",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["zerocopy without taking"], max: 1.25 }],
  open() {
    const content = randomBytes(1, mebibyte);
    const grow = (): ReturnType<typeof bytearray> => {
      const grown = bytearray();
      grown.extend(content);
      return grown;
    };
    return {
      items: 1,
      expected: content,
      subjects: {
        zerocopy: () => () => grow().takeBytes(),
        "zerocopy without taking": () => grow,
        "zerocopy copied instead": () => () => grow().toUint8Array(),
      },
    };
  },
};

/** What taking alone copies. */
const copied: Case = {
  name: "takeBytes-copied",
  item: "MiB taken",
  measure: "value",
  bars: [{ subject: "zerocopy", max: 0 }],
  open: () => ({
    items: 1,
    expected: 0,
    subjects: {
      zerocopy() {
        const grown = bytearray(mebibyte);
        return () => {
          const before = copiedBytes();
          grown.takeBytes();
          return copiedBytes() - before;
        };
      },
    },
  }),
};

const taken = 256;

function takeMany(lengthBytes: number): Prepare {
  return () => {
    const all = Array.from({ length: taken }, () => bytearray(lengthBytes));
    return () => all.reduce((sum, one) => sum + one.takeBytes().length, 0) / lengthBytes;
  };
}

/** The same time whatever the size: copying 256 MiB would take a hundred times as long. */
const ofAnySize: Case = {
  name: "takeBytes-1MiB",
  item: "first 256 calls",
  measure: "firstCall",
  bars: [{ subject: "zerocopy", against: ["zerocopy of 1 KiB"], max: 2 }],
  open: () => ({
    items: 1,
    expected: taken,
    subjects: {
      zerocopy: takeMany(mebibyte),
      "zerocopy of 1 KiB": takeMany(1024),
    },
  }),
};

export const cases: readonly Case[] = [ofAll, copied, ofAnySize];
