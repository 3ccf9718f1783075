/** Copy, equality and search on contiguous memory, where the engine has an instruction for it. */
import { memoryview } from "zerocopy";
import type { Bar, Case, Prepare } from "../case.ts";
import { bytesOf, hide, randomBytes, randomDoubles } from "../corpus.ts";

const kibibytes = 1024;
const lengthBytes = kibibytes * 1024;
const bars: readonly Bar[] = [{ subject: "zerocopy", against: ["native"], max: 1.1 }];

const copy: Case = {
  name: "contiguous-copy",
  item: "KiB",
  measure: "time",
  bars,
  open() {
    const source = randomBytes(1, lengthBytes);
    const target = new Uint8Array(lengthBytes);
    const zerocopy: Prepare = () => {
      const [from, to] = [memoryview(source), memoryview(target)];
      return () => {
        to.copyFrom(from);
        return target;
      };
    };
    return {
      items: kibibytes,
      expected: source,
      subjects: {
        zerocopy,
        "zerocopy without Buffer": { withoutBuffer: zerocopy },
        native: () => () => {
          target.set(source);
          return target;
        },
      },
    };
  },
};

const equality: Case = {
  name: "contiguous-equality",
  item: "KiB",
  measure: "time",
  bars: [...bars, { subject: "zerocopy", against: ["cpython"], max: 1 / 5 }],
  open() {
    const [one, other] = [randomBytes(1, lengthBytes), randomBytes(1, lengthBytes)];
    const zerocopy: Prepare = () => {
      const [left, right] = [memoryview(one), memoryview(other)];
      return () => left.equals(right);
    };
    return {
      items: kibibytes,
      expected: true,
      subjects: {
        zerocopy,
        "zerocopy without Buffer": { withoutBuffer: zerocopy },
        native: () => () => Buffer.compare(one, other) === 0,
        cpython: { python: "equality_bytes", input: one },
      },
    };
  },
};

function equal(one: Float64Array, other: Float64Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** NaN equals nothing, and 0 equals -0: bytes do not decide. */
const equalityOfDoubles: Case = {
  name: "contiguous-equality-doubles",
  item: "KiB",
  measure: "time",
  bars: [{ subject: "zerocopy", against: ["loop"], max: 1.5 }],
  open() {
    const [one, other] = [randomDoubles(1, lengthBytes / 8), randomDoubles(1, lengthBytes / 8)];
    return {
      items: kibibytes,
      expected: true,
      subjects: {
        zerocopy() {
          const [left, right] = [memoryview(one), memoryview(other)];
          return () => left.equals(right);
        },
        loop() {
          const arrays = hide(one, other);
          return () => equal(arrays[0], arrays[1]);
        },
        cpython: { python: "equality_doubles", input: bytesOf(one) },
      },
    };
  },
};

const search: Case = {
  name: "contiguous-search",
  item: "KiB",
  measure: "time",
  bars,
  open() {
    const haystack = randomBytes(1, lengthBytes);
    const needle = haystack.subarray(-16);
    const zerocopy: Prepare = () => {
      const [view, wanted] = [memoryview(haystack), memoryview(needle)];
      return () => view.find(wanted);
    };
    return {
      items: kibibytes,
      expected: lengthBytes - needle.length,
      subjects: {
        zerocopy,
        "zerocopy without Buffer": { withoutBuffer: zerocopy },
        native() {
          const buffer = Buffer.from(haystack.buffer);
          return () => buffer.indexOf(needle);
        },
      },
    };
  },
};

export const cases: readonly Case[] = [copy, equality, equalityOfDoubles, search];
