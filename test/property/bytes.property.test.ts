/**
 * Random programs on one bytearray against a list of numbers. Windows that were lent, bytes that were
 * taken and parts that were cut must stay as they were; views lock the length as long as they live.
 */
import assert from "node:assert";
import * as fc from "fast-check";
import { test } from "vitest";
import { bytearray, bytes, memoryview } from "zerocopy";
import type { ByteArray, MemoryView } from "zerocopy";

/** A slice by Python's rules, as indices. */
function indices(size: number, start: number | null, stop: number | null, step: number): number[] {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (bound: number): number =>
    Math.max(low, Math.min(high, bound < 0 ? bound + size : bound));
  const from = start === null ? (step > 0 ? low : high) : clip(start);
  const to = stop === null ? (step > 0 ? high : low) : clip(stop);
  const found: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) found.push(i);
  return found;
}

type Name = "BufferError" | "IndexError" | "ValueError";

/** What was seen of the bytearray, and must still be so. */
interface Kept {
  readonly what: string;
  readonly read: () => readonly number[];
  readonly wanted: readonly number[];
}

class Program {
  readonly ba: ByteArray;
  list: number[];
  views: MemoryView[] = [];
  kept: Kept[] = [];

  constructor(start: readonly number[]) {
    this.ba = bytearray(start);
    this.list = [...start];
  }

  /** Runs a change of both; the model says which error is wanted, and what the list is then. */
  change(act: (ba: ByteArray) => unknown, wanted: readonly number[] | Name): void {
    const isLonger = typeof wanted !== "string" && wanted.length !== this.list.length;
    const error = isLonger && this.views.length > 0 ? "BufferError" : wanted;
    if (typeof error === "string") {
      assert.throws(() => act(this.ba), { name: error });
    } else {
      act(this.ba);
      this.list = [...error];
    }
  }

  keep(what: string, read: () => Iterable<number>): void {
    this.kept.push({ what, read: () => [...read()], wanted: [...read()] });
  }

  /** What must hold after every step. */
  check(step: string): void {
    assert.deepStrictEqual([...this.ba], this.list, step);
    assert.strictEqual(this.ba.length, this.list.length, step);
    for (const view of this.views) assert.strictEqual(view.obj, this.ba, step);
    for (const { what, read, wanted } of this.kept) {
      assert.deepStrictEqual(read(), wanted, `${what} after ${step}`);
    }
  }
}

const byte = fc.nat(255);
const some = fc.oneof(
  { weight: 5, arbitrary: fc.array(byte, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(byte, { minLength: 40, maxLength: 300 }) },
);
const bound = fc.option(fc.integer({ min: -12, max: 12 }), { nil: null });
const at = fc.integer({ min: -8, max: 8 });

/** Forms in which the same bytes come. */
const forms: readonly ((list: readonly number[]) => Parameters<ByteArray["extend"]>[0])[] = [
  (list) => list,
  (list) => bytes(list),
  (list) => bytearray(list),
  (list) => Uint8Array.from(list),
  (list) => new Uint8Array([9, ...list, 9]).subarray(1, -1),
  (list) => memoryview(Uint8Array.from(list)),
  (list) => list.values(),
  (list) => Uint8Array.from(list).buffer,
  // As in CPython not to extend by, but to put in place of a slice.
  (list) => memoryview(Uint8Array.from(list.toReversed())).subarray(null, null, -1),
];
const source = fc.tuple(some, fc.nat(forms.length - 2));
const anySource = fc.tuple(some, fc.nat(forms.length - 1));
type Source = readonly [list: readonly number[], form: number];
const made = ([list, form]: Source): Parameters<ByteArray["extend"]>[0] =>
  (forms[form] as (typeof forms)[number])(list);

type Step = (program: Program) => string;
type Slice = readonly [start: number | null, stop: number | null, step: number];

function doing<T extends readonly unknown[]>(
  name: string,
  values: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
  run: (program: Program, ...values: T) => void,
): fc.Arbitrary<Step> {
  return fc.tuple(...(values as unknown as fc.Arbitrary<unknown>[])).map((args) => {
    const act = (program: Program): string => {
      run(program, ...(args as unknown as T));
      return name;
    };
    return Object.assign(act, { [fc.toStringMethod]: () => `${name}(${fc.stringify(args)})` });
  });
}

/** The list without some of its items, and with others in place of the first of them. */
function spliced(
  list: readonly number[],
  start: number,
  count: number,
  added: readonly number[] = [],
): number[] {
  return list.toSpliced(start, count, ...added);
}

const growing = [
  doing("append", [byte], (p, x) => p.change((ba) => ba.append(x), [...p.list, x])),
  doing("extend", [source], (p, x: Source) => {
    p.change((ba) => ba.extend(made(x)), [...p.list, ...x[0]]);
  }),
  doing("extend by itself", [], (p) => {
    if (p.list.length < 2000) p.change((ba) => ba.extend(ba), [...p.list, ...p.list]);
  }),
  doing("insert", [at, byte], (p, i, x) => {
    const put = Math.min(Math.max(i < 0 ? i + p.list.length : i, 0), p.list.length);
    p.change((ba) => ba.insert(i, x), spliced(p.list, put, 0, [x]));
  }),
  doing("repeatInPlace", [fc.integer({ min: -1, max: 3 })], (p, n) => {
    if (p.list.length > 2000) return;
    const wanted = Array.from({ length: Math.max(0, n) }, () => p.list).flat();
    p.change((ba) => ba.repeatInPlace(n), wanted);
  }),
  doing("resize", [fc.nat(400)], (p, size) => {
    const wanted = Array.from({ length: size }, (_, i) => p.list[i] ?? 0);
    p.change((ba) => ba.resize(size), wanted);
  }),
];

const shrinking = [
  doing("pop", [fc.option(at, { nil: undefined })], (p, i) => {
    const from = i === undefined ? p.list.length - 1 : i < 0 ? i + p.list.length : i;
    const isThere = from >= 0 && from < p.list.length;
    p.change((ba) => ba.pop(i), isThere ? spliced(p.list, from, 1) : "IndexError");
  }),
  doing("delete", [at], (p, i) => {
    const from = i < 0 ? i + p.list.length : i;
    const isThere = from >= 0 && from < p.list.length;
    p.change((ba) => ba.delete(i), isThere ? spliced(p.list, from, 1) : "IndexError");
  }),
  doing("remove", [byte], (p, x) => {
    const from = p.list.indexOf(x);
    p.change((ba) => ba.remove(x), from < 0 ? "ValueError" : spliced(p.list, from, 1));
  }),
  doing("clear", [], (p) => p.change((ba) => ba.clear(), [])),
  doing("deleteSlice", [bound, bound, fc.constantFrom(1, 1, 2, 3, -1, -2)], (p, i, j, k) => {
    const gone = new Set(indices(p.list.length, i, j, k));
    const wanted = p.list.filter((_, index) => !gone.has(index));
    // With a step, even nothing is not deleted while there are views.
    const isLocked = k !== 1 && p.views.length > 0;
    p.change((ba) => ba.deleteSlice(i, j, k), isLocked ? "BufferError" : wanted);
  }),
  doing("take", [fc.option(fc.integer({ min: -20, max: 20 }), { nil: null })], (p, n) => {
    const size = n === null ? p.list.length : n < 0 ? n + p.list.length : n;
    if (size < 0 || size > p.list.length) return p.change((ba) => ba.takeBytes(n), "IndexError");
    if (p.views.length > 0) return p.change((ba) => ba.takeBytes(n), "BufferError");
    const taken = p.ba.takeBytes(n);
    assert.deepStrictEqual([...taken], p.list.slice(0, size));
    p.list = p.list.slice(size);
    return p.keep("bytes that were taken", () => taken);
  }),
];

const writing = [
  doing("set", [at, byte], (p, i, x) => {
    const put = i < 0 ? i + p.list.length : i;
    const isThere = put >= 0 && put < p.list.length;
    p.change((ba) => ba.set(i, x), isThere ? p.list.with(put, x) : "IndexError");
  }),
  doing("reverse", [], (p) => {
    p.ba.reverse();
    p.list = p.list.toReversed();
  }),
  doing("setSlice", [bound, bound, anySource], (p, i, j, x: Source) => {
    const gone = indices(p.list.length, i, j, 1);
    const start = gone[0] ?? clipped(p.list.length, i);
    p.change((ba) => ba.setSlice(i, j, 1, made(x)), spliced(p.list, start, gone.length, x[0]));
  }),
  doing(
    "setSlice with a step",
    [fc.tuple(bound, bound, fc.constantFrom(2, 3, -1, -2)), byte, fc.nat(forms.length - 1)],
    (p, [i, j, k]: Slice, x, form) => {
      const where = indices(p.list.length, i, j, k);
      if (where.length === 0) return;
      const list = where.map((_, index) => (x + index) % 256);
      const wanted = [...p.list];
      where.forEach((put, index) => (wanted[put] = list[index] as number));
      p.change((ba) => ba.setSlice(i, j, k, made([list, form])), wanted);
      p.change((ba) => ba.setSlice(i, j, k, made([[...list, 1], form])), "ValueError");
    },
  ),
];

function clipped(size: number, start: number | null): number {
  return Math.max(0, Math.min(size, start === null ? 0 : start < 0 ? start + size : start));
}

const looking = [
  doing("view", [bound, bound], (p, i, j) => {
    const view = p.ba.subarray(i, j);
    p.views.push(view);
    assert.deepStrictEqual(view.toList(), p.list.slice(i ?? 0, j ?? p.list.length));
  }),
  doing("release", [fc.nat()], (p, n) => {
    for (const view of p.views.splice(n % (p.views.length + 1), 2)) view.release();
  }),
  doing("release all", [], (p) => {
    p.ba.releaseViews();
    for (const view of p.views) assert.throws(() => view.toList(), { name: "ValueError" });
    p.views = [];
  }),
  doing("lend", [], (p) => {
    const window = p.ba.lendUint8Array();
    assert.deepStrictEqual([...window], p.list);
    // It shows the contents of now: which a change of the length moves elsewhere.
    if (p.views.length > 0) return;
    p.ba.append(1);
    p.ba.pop();
    p.keep("a window that was lent", () => window);
  }),
  doing("cut", [bound, bound], (p, i, j) => {
    const part = p.ba.slice(i, j);
    assert.deepStrictEqual([...part], p.list.slice(i ?? 0, j ?? p.list.length));
    p.keep("a slice", () => part);
    const parts = p.ba.split(bytes([0]));
    assert.deepStrictEqual([...bytes([0]).join(parts)], p.list);
    p.keep("the parts of a split", () => bytes().join(parts));
  }),
];

test("a bytearray does what a list does, and disturbs nothing that it gave away", () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.oneof(...growing) },
      { weight: 3, arbitrary: fc.oneof(...shrinking) },
      { weight: 3, arbitrary: fc.oneof(...writing) },
      { weight: 2, arbitrary: fc.oneof(...looking) },
    ),
    { minLength: 5, maxLength: 40 },
  );
  const property = fc.property(some, steps, (start, acts) => {
    const program = new Program(start);
    for (const act of acts) program.check(act(program));
  });
  fc.assert(property, { numRuns: 400 });
});

test("parts of Bytes are parts of a list, however often they are cut", () => {
  const range = fc.tuple(bound, bound);
  const property = fc.property(
    some,
    fc.array(range, { maxLength: 4 }),
    some,
    (list, ranges, other) => {
      let part = bytes(list);
      let wanted = [...list];
      for (const [i, j] of ranges) {
        part = part.subarray(i, j);
        wanted = wanted.slice(i ?? 0, j ?? wanted.length);
      }
      assert.deepStrictEqual([...part], wanted);
      assert.strictEqual(part.length, wanted.length);
      assert.strictEqual(part.equals(bytes(wanted)), true);
      assert.strictEqual(part.hashKey(), bytes(wanted).hashKey());
      assert.strictEqual(
        part.compare(bytes(other)),
        Math.sign(Buffer.compare(Buffer.from(wanted), Buffer.from(other))),
      );
      assert.deepStrictEqual([...part.concat(bytes(other))], [...wanted, ...other]);
      assert.deepStrictEqual([...bytes(part)], wanted);
    },
  );
  fc.assert(property, { numRuns: 300 });
});
