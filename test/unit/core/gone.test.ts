/**
 * Memory that goes away under its views: transferred, shrunk, replaced. Every way to the items must
 * notice, must say so with a BufferError, and must not lose a write in silence.
 */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import { Struct } from "../../../src/struct/struct.ts";
import { octets, reads, writes } from "./accesses.ts";
import type { Octets } from "./accesses.ts";
import {
  Pages,
  counting,
  detach,
  expectThrown,
  exporterOf,
  resizable,
  thrown,
} from "./memories.ts";

interface Gone {
  readonly name: string;
  /** A view of bytes 2 to 7 whose memory then goes away, in full or after byte 5. */
  readonly make: () => Octets;
}

const gone: readonly Gone[] = [
  {
    name: "an ArrayBuffer that was transferred",
    make: () => {
      const { buffer } = counting(8);
      const m = octets(buffer).subarray(2);
      detach(buffer);
      return m;
    },
  },
  {
    name: "a typed array whose buffer was transferred",
    make: () => {
      const m = octets(counting(16).subarray(2, 8));
      detach((m.obj as Uint8Array).buffer);
      return m;
    },
  },
  {
    name: "an exporter whose buffer was transferred",
    make: () => {
      const { buffer } = counting(16);
      const m = memoryview(exporterOf({ buffer, byteOffset: 2, byteLength: 6 })) as Octets;
      detach(buffer);
      return m;
    },
  },
  {
    name: "a resizable ArrayBuffer that became empty",
    make: () => {
      const buffer = resizable(counting(8));
      const m = octets(buffer).subarray(2);
      buffer.resize(0);
      return m;
    },
  },
  {
    name: "a resizable ArrayBuffer that lost some bytes of the view",
    make: () => {
      const buffer = resizable(counting(8));
      const m = octets(buffer).subarray(2);
      buffer.resize(6);
      return m;
    },
  },
  {
    name: "a window on a resizable ArrayBuffer that lost some bytes of the view",
    make: () => {
      const buffer = resizable(counting(9));
      const m = octets(new Uint8Array(buffer, 2, 6));
      buffer.resize(7);
      return m;
    },
  },
  {
    name: "the buffer of a WebAssembly.Memory that grew",
    make: () => {
      const memory = new Pages({ initial: 1 });
      const m = octets(new Uint8Array(memory.buffer, 2, 6));
      memory.grow(1);
      return m;
    },
  },
];

describe.each(gone)("$name", ({ make }) => {
  test.each(reads)("a BufferError from %s", (_, act) => {
    const m = make();
    expectThrown(() => act(m), "BufferError", /^Cannot /);
  });

  test.each(writes)("a BufferError from %s", (_, act) => {
    const m = make();
    expectThrown(() => act(m), "BufferError", /^Cannot /);
  });

  test("what the view is can still be told, and it can be released", () => {
    const m = make();
    expect([m.length, m.nbytes, m.format, m.readonly]).toEqual([6, 6, "B", false]);
    expect(m.toString()).toBe('<memoryview format="B" shape=[6]>');
    expectThrown(() => m[kBuffer](BufferFlags.FULL_RO), "BufferError");
    m.release();
    expectThrown(() => m.get(0), "ValueError");
  });

  test("struct writes nothing, and says why in the cause of its TypeError", () => {
    const m = make();
    const error = thrown(() => new Struct("6B").packInto(m, 0, 1, 2, 3, 4, 5, 6));
    expect(error).toMatchObject({ name: "TypeError", cause: { name: "BufferError" } });
  });

  test("bytearray.extend adds nothing, and says why in the cause of its TypeError", () => {
    const ba = bytearray([1]);
    const m = make();
    const error = thrown(() => ba.extend(m));
    expect(error).toMatchObject({ name: "TypeError", cause: { name: "BufferError" } });
    expect([...ba]).toEqual([1]);
  });

  test("an iterator that had begun stops with a BufferError, again and again", () => {
    const items = make()[Symbol.iterator]();
    const run = (): void => {
      while (!items.next().done);
    };
    expectThrown(run, "BufferError");
    expectThrown(run, "BufferError");
  });

  test("tryTypedArray gives nothing, as for all memory that has no typed array", () => {
    expect(make().tryTypedArray()).toBeUndefined();
  });

  test.each([
    "b",
    "B",
    "c",
    "?",
    "h",
    "H",
    "i",
    "I",
    "l",
    "L",
    "q",
    "Q",
    "n",
    "N",
    "P",
    "e",
    "f",
    "d",
    "Zf",
    ">h",
    ">I",
    "<q",
    ">d",
    "3s",
    "3p",
    "<BH",
    "T{<H:a:<B:b:}",
    "(3)B",
  ])("a BufferError from the last item of format %s", (format) => {
    const whole = counting(48).buffer;
    const m = memoryview(whole).cast(format);
    const last = m.get(-1);
    detach(whole);
    expectThrown(() => m.get(-1), "BufferError");
    expectThrown(() => m.getAt([0]), "BufferError");
    expectThrown(() => [...m], "BufferError");
    expectThrown(() => m.set(-1, last), "BufferError");
    expectThrown(() => m.fill(last), "BufferError");
  });
});

describe("an empty view of memory that is gone", () => {
  test.each(gone)("has nothing to lose: $name", ({ make }) => {
    const m = make().subarray(6);
    expect([m.toList(), [...m], m.toBytes().length, m.hex()]).toEqual([[], [], 0, ""]);
    m.fill(1);
    m.copyFrom(bytes());
  });
});
