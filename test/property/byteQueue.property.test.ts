/**
 * Random programs on a ByteQueue, against a model: one flat array. Chunks are of every kind and size,
 * and views outlive the bytes in the queue, until some are released and their memory is used again.
 */
import assert from "node:assert";
import * as fc from "fast-check";
import { test } from "vitest";
import { BufferError, ByteQueue, ValueError, bytearray, bytes, memoryview } from "zerocopy";
import type { ByteArray, BytesLike, MemoryView } from "zerocopy";

/** How memory comes: each gives a chunk of the same bytes. */
const kinds: Readonly<Record<string, (data: Uint8Array) => BytesLike>> = {
  Uint8Array: (data) => new Uint8Array(data),
  "Uint8Array at an odd offset": (data) => Uint8Array.of(9, ...data, 9).subarray(1, -1),
  Buffer: (data) => Buffer.from(data),
  ArrayBuffer: (data) => new Uint8Array(data).buffer,
  DataView: (data) => new DataView(new Uint8Array(data).buffer),
  SharedArrayBuffer: (data) => {
    const shared = new SharedArrayBuffer(data.length);
    new Uint8Array(shared).set(data);
    return shared;
  },
  Bytes: (data) => bytes(data),
  ByteArray: (data) => bytearray(data),
  MemoryView: (data) => memoryview(new Uint8Array(data)),
  "MemoryView of a ByteArray": (data) => memoryview(bytearray(data)),
  "MemoryView of two axes": (data) => memoryview(data).reshape([1, data.length]),
};

type Removal = "take" | "peek" | "consume";

type Step =
  | { do: "append"; kind: string; size: number; seed: number }
  | { do: Removal; part: number }
  | { do: "get"; part: number }
  | { do: "find"; part: number; size: number; from: number; alter: boolean }
  | { do: "views" | "iterate" }
  | { do: "release" | "lend"; which: number };

const part = fc.double({ min: 0, max: 1, noNaN: true });
const size = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      kind: fc.constantFrom(...Object.keys(kinds)),
      size,
      seed: fc.nat(2),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom<Removal[]>("take", "peek", "consume"),
      part: skewed(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("get" as const), part }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("find" as const),
      part,
      size: fc.integer({ min: 0, max: 12 }),
      from: part,
      alter: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("views", "iterate") }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("release", "lend"), which: fc.nat() }),
  },
);

/** Mostly little is taken, sometimes all. */
function skewed(): fc.Arbitrary<number> {
  return fc.oneof(
    part,
    part.map((value) => value ** 4),
    fc.constantFrom(0, 1),
  );
}

/** What somebody outside the queue looks at, and what it must show for ever. */
interface Seen {
  readonly view: MemoryView<"B"> | Uint8Array;
  readonly expected: Uint8Array;
}

class World {
  readonly queue = new ByteQueue();
  flat: Uint8Array = new Uint8Array(0);
  readonly seen: Seen[] = [];
  /** ByteArrays in the queue, and where their last byte lies. */
  readonly locked: { readonly array: ByteArray; readonly end: number }[] = [];
  taken = 0;

  run(next: Step): void {
    const { queue, flat } = this;
    if (next.do === "append") this.append(next);
    else if (next.do === "release" || next.do === "lend") this.let(next);
    else if (next.do === "views") {
      const views = queue.views();
      assert.deepStrictEqual(Buffer.concat(views), Buffer.from(flat));
      assert(views.every((view) => view.length > 0));
      let at = 0;
      for (const view of views) this.keep(view, at, (at += view.length));
    } else if (next.do === "iterate") {
      if (flat.length < 3000) assert.deepStrictEqual([...queue], [...flat]);
    } else if (next.do === "get") {
      const index = Math.floor(next.part * 2 * flat.length) - flat.length;
      if (index < flat.length) assert.strictEqual(queue.get(index), flat.at(index));
    } else if (next.do === "find") this.find(next);
    else if ("part" in next) this.remove(next.do, Math.round(next.part * flat.length));
    this.check();
  }

  private append({ kind, size: length, seed }: Step & { do: "append" }): void {
    const data = Uint8Array.from({ length }, (_, i) => (i * i + seed) % (seed === 0 ? 2 : 251));
    const chunk = length > 0 ? kinds[kind]!(data) : data;
    this.queue.append(chunk);
    this.flat = new Uint8Array(Buffer.concat([this.flat, data])); // whose slice copies
    const owner: unknown = "obj" in chunk ? chunk.obj : chunk;
    if (owner instanceof Object && "append" in owner) {
      this.locked.push({ array: owner as ByteArray, end: this.taken + this.flat.length });
      if ("release" in chunk) (chunk as MemoryView).release();
    }
  }

  private remove(action: Removal, count: number): void {
    const { queue, flat } = this;
    assert.throws(() => queue[action](flat.length + 1), ValueError);
    const before = queue.copiedBytes;
    const view = queue[action](count);
    if (action !== "peek") {
      this.flat = flat.subarray(count);
      this.taken += count;
    }
    if (!view) return assert.strictEqual(queue.copiedBytes, before);
    assert.deepStrictEqual([view.format, view.shape], ["B", [count]]);
    this.seen.push({ view, expected: flat.slice(0, count) });
  }

  private find({ part: at, size: length, from, alter }: Step & { do: "find" }): void {
    const { queue, flat } = this;
    const start = Math.floor(at * flat.length);
    const needle = flat.slice(start, start + length);
    if (alter && needle.length > 0) needle[needle.length - 1]! ^= 1;
    const first = Math.floor(from * (flat.length + 2));
    assert.strictEqual(queue.find(needle, first), bytes(flat).find(needle, first));
    assert.strictEqual(queue.find(needle, 0 - first), bytes(flat).find(needle, 0 - first));
    assert.strictEqual(queue.find(needle[0] ?? 7), flat.indexOf(needle[0] ?? 7));
  }

  private let({ do: action, which }: Step & { do: "release" | "lend" }): void {
    if (this.seen.length === 0) return;
    const at = which % this.seen.length;
    const { view, expected } = this.seen[at]!;
    if (view instanceof Uint8Array) return;
    if (action === "lend") this.seen.push({ view: view.lendUint8Array(), expected });
    else {
      this.seen.splice(at, 1);
      view.release();
    }
  }

  private keep(view: Uint8Array, start: number, end: number): void {
    this.seen.push({ view, expected: this.flat.slice(start, end) });
  }

  private check(): void {
    assert.strictEqual(this.queue.length, this.flat.length);
    for (const { view, expected } of this.seen) {
      const shown = view instanceof Uint8Array ? view : view.toUint8Array();
      assert(Buffer.compare(shown, expected) === 0, "what was handed out has changed");
    }
  }

  /** With all views released, those ByteArrays are locked that bytes are left of, and not copied. */
  end(): void {
    for (const { view } of this.seen) if (!(view instanceof Uint8Array)) view.release();
    for (const { array, end } of this.locked) {
      if (end <= this.taken) array.append(0);
      else if (this.queue.copiedBytes === 0) assert.throws(() => array.append(0), BufferError);
    }
    assert.deepStrictEqual(
      this.queue.take(this.flat.length).toUint8Array().length,
      this.flat.length,
    );
    assert.strictEqual(this.queue.length, 0);
  }
}

test("a ByteQueue is one flat array, and what it hands out stays as it was", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const world = new World();
      for (const next of steps) world.run(next);
      world.end();
    }),
    { numRuns: 400 },
  );
});
