/**
 * Random programs of views on one memory, against a model: nested arrays of items, each item a list
 * of the bytes that it is made of. Whatever is selected, turned, reshaped, cast and written, views
 * show and change just these bytes.
 */
import assert from "node:assert";
import * as fc from "fast-check";
import { test } from "vitest";
import { Bytes, NotImplementedError, ValueError, memoryview } from "zerocopy";
import type { Key, MemoryView } from "zerocopy";

/** Addresses of an item's bytes, in nested arrays of any depth. */
type Nested = readonly Nested[] | Item;

interface Item {
  readonly bytes: readonly number[];
}

interface Model {
  readonly format: string;
  readonly shape: readonly number[];
  readonly items: Nested;
}

/** Independent of the library: how the bytes of an item are a number. */
const readers: Readonly<Record<string, (view: DataView) => unknown>> = {
  B: (view) => view.getUint8(0),
  b: (view) => view.getInt8(0),
  h: (view) => view.getInt16(0, true),
  H: (view) => view.getUint16(0, true),
  ">H": (view) => view.getUint16(0),
  i: (view) => view.getInt32(0, true),
  ">I": (view) => view.getUint32(0),
  f: (view) => view.getFloat32(0, true),
  q: (view) => view.getBigInt64(0, true),
  d: (view) => view.getFloat64(0, true),
  "<BH": (view) => [view.getUint8(0), view.getUint16(1, true)],
  "5s": (view) => [...new Uint8Array(view.buffer)],
};
const sizes: Readonly<Record<string, number>> = {
  ...{ B: 1, b: 1, h: 2, H: 2, ">H": 2, i: 4, ">I": 4, f: 4, q: 8, d: 8, "<BH": 3, "5s": 5 },
};
const formats = Object.keys(readers);
const memoryBytes = 240;

function isItem(nested: Nested): nested is Item {
  return !Array.isArray(nested);
}

/** The items of nested arrays, in C order. */
function flat(nested: Nested): Item[] {
  return isItem(nested) ? [nested] : nested.flatMap(flat);
}

function nest(items: readonly Item[], [size, ...rest]: readonly number[]): Nested {
  if (size === undefined) return items[0] ?? { bytes: [] };
  const each = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, i) => nest(items.slice(i * each, (i + 1) * each), rest));
}

/** The items along one axis, by Python's rules, spelt out. */
function slice<T>(list: readonly T[], [start, stop, step]: Bounds): T[] {
  const by = step ?? 1;
  const size = list.length;
  const clip = (bound: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, bound < 0 ? bound + size : bound));
  const [low, high] = by > 0 ? [0, size] : [-1, size - 1];
  const from = start === null ? (by > 0 ? low : high) : clip(start, low, high);
  const to = stop === null ? (by > 0 ? high : low) : clip(stop, low, high);
  const picked: T[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) picked.push(list[i] as T);
  return picked;
}

type Bounds = readonly [start: number | null, stop: number | null, step: number | null];

/** Selects with one key per axis. */
function pick(nested: Nested, keys: readonly (number | Bounds)[]): Nested {
  const [key, ...rest] = keys;
  if (key === undefined || isItem(nested)) return nested;
  if (typeof key === "number") return pick(nested.at(key) as Nested, rest);
  return slice(nested, key).map((inner) => pick(inner, rest));
}

function transposed(model: Model, axes: readonly number[]): Nested {
  const shape = axes.map((axis) => model.shape[axis] as number);
  function build(done: readonly number[]): Nested {
    if (done.length < axes.length) {
      const size = shape[done.length] as number;
      return Array.from({ length: size }, (_, i) => build([...done, i]));
    }
    let at: Nested = model.items;
    for (const [axis] of model.shape.entries()) {
      at = (at as readonly Nested[])[done[axes.indexOf(axis)] as number] as Nested;
    }
    return at;
  }
  return build([]);
}

const bound = fc.option(fc.integer({ min: -9, max: 9 }), { nil: null });
const stepSize = fc.constantFrom(null, 1, 2, 3, -1, -2, -3);
const bounds = fc.tuple(bound, bound, stepSize);
const key = fc.oneof(
  { weight: 1, arbitrary: fc.nat() },
  { weight: 3, arbitrary: bounds },
  { weight: 2, arbitrary: fc.constant(null) },
);

/** What is done to the last view, with numbers that are fitted to its shape when it is done. */
type Step =
  | { readonly do: "subarray"; readonly range: Bounds }
  | { readonly do: "select"; readonly keys: readonly (number | Bounds | null)[] }
  | { readonly do: "transpose" | "reshape"; readonly picks: readonly number[] }
  | { readonly do: "cast"; readonly format: string }
  | { readonly do: "set"; readonly at: number; readonly seed: number }
  | { readonly do: "fill"; readonly seed: number }
  | { readonly do: "copy"; readonly from: number; readonly to: number };

const somePicks = fc.array(fc.nat(100), { minLength: 4, maxLength: 4 });
const someSeed = fc.nat(255);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("subarray" as const), range: bounds }),
  fc.record({ do: fc.constant("select" as const), keys: fc.array(key, { maxLength: 4 }) }),
  fc.record({ do: fc.constantFrom("transpose" as const, "reshape" as const), picks: somePicks }),
  fc.record({ do: fc.constant("cast" as const), format: fc.constantFrom(...formats) }),
  fc.record({ do: fc.constant("set" as const), at: fc.nat(), seed: someSeed }),
  fc.record({ do: fc.constant("fill" as const), seed: someSeed }),
  fc.record({ do: fc.constant("copy" as const), from: fc.nat(), to: fc.nat() }),
);

/** Views made so far, each with its model, on one memory. */
class Program {
  readonly memory: Uint8Array;
  readonly model: number[];
  readonly made: [view: MemoryView, model: Model][] = [];

  constructor(offset: number) {
    this.memory = new Uint8Array(new ArrayBuffer(memoryBytes + offset), offset);
    this.model = Array.from({ length: memoryBytes }, (_, i) => (i * 37 + 11) & 0xff);
    this.memory.set(this.model);
    const items = this.model.map((_, at) => ({ bytes: [at] }));
    this.made.push([memoryview(this.memory), { format: "B", shape: [memoryBytes], items }]);
  }

  perform(step: Step): void {
    switch (step.do) {
      case "subarray":
        return this.subarray(step.range);
      case "select":
        return this.select(step.keys);
      case "transpose":
        return this.transpose(step.picks);
      case "reshape":
        return this.reshape(step.picks.slice(0, (step.picks[0] ?? 0) % 4));
      case "cast":
        return this.cast(step.format);
      case "set":
        return this.set(step.at, step.seed);
      case "fill":
        return this.fill(step.seed);
      case "copy":
        return this.copy(step.from, step.to);
    }
  }

  private get last(): [MemoryView, Model] {
    return this.made.at(-1) as [MemoryView, Model];
  }

  private add(view: MemoryView, format: string, items: Nested): void {
    const model = { format, shape: view.shape, items };
    this.made.push([view, model]);
    assert.strictEqual(
      flat(items).length,
      view.shape.reduce((a, b) => a * b, 1),
    );
    this.check();
  }

  private subarray(range: Bounds): void {
    const [view, { format, items, shape }] = this.last;
    if (shape.length > 0) this.add(view.subarray(...range), format, pick(items, [range]));
  }

  private select(keys: readonly (number | Bounds | null)[]): void {
    const [view, { format, items, shape }] = this.last;
    const fitted = keys.slice(0, shape.length).map((one, axis): Key => {
      const size = shape[axis] as number;
      if (typeof one !== "number") return one;
      return size === 0 ? null : (one % (2 * size)) - size;
    });
    const whole = fitted.map((one) => one ?? ([null, null, null] as const));
    this.add(view.select(...fitted), format, pick(items, whole as (number | Bounds)[]));
  }

  private transpose(order: readonly number[]): void {
    const [view, model] = this.last;
    const rest = model.shape.map((_, axis) => axis);
    const axes: number[] = [];
    for (const choice of order) {
      if (rest.length === 0) break;
      axes.push(...rest.splice(choice % rest.length, 1));
    }
    this.add(view.transpose(...axes), model.format, transposed(model, axes));
  }

  private reshape(picks: readonly number[]): void {
    const [view, { format, items }] = this.last;
    const list = flat(items);
    let left = list.length;
    const shape = picks.map((choice) => {
      const divisors = [1, 2, 3, 4, 5, 8].filter((n) => left % n === 0);
      const size = divisors[choice % divisors.length] as number;
      left /= size;
      return size;
    });
    shape.push(left);
    try {
      this.add(view.reshape(shape), format, nest(list, shape));
    } catch (error) {
      // It would need a copy: which memory without gaps never does.
      if (!(error instanceof ValueError) || view.cContiguous) throw error;
    }
  }

  private cast(format: string): void {
    const [view, model] = this.last;
    if (!view.cContiguous || flat(model.items).length === 0) return;
    const bytes = flat(model.items).flatMap((item) => item.bytes);
    for (const [i, at] of bytes.entries()) assert.strictEqual(at - (bytes[0] as number), i);
    const size = sizes[format] as number;
    const length = Math.floor(bytes.length / size);
    const octets = view.cast("B", [bytes.length]);
    const items = Array.from({ length }, (_, i) => ({
      bytes: bytes.slice(i * size, (i + 1) * size),
    }));
    this.add(octets.subarray(0, length * size).cast(format), format, items);
  }

  private set(at: number, seed: number): void {
    const [view, { format, shape, items }] = this.last;
    const list = flat(items);
    if (list.length === 0) return;
    let rest = at % list.length;
    const indices = shape.toReversed().map((size) => {
      const index = rest % size;
      rest = (rest - index) / size;
      return seed % 2 === 0 ? index : index - size;
    });
    const [bytes, value] = randomItem(format, seed);
    view.setAt(indices.toReversed(), value);
    this.write(list[at % list.length] as Item, bytes);
    assert.deepStrictEqual(plain(view.getAt(indices.toReversed())), plain(value));
    this.check();
  }

  private fill(seed: number): void {
    const [view, { format, items }] = this.last;
    const [bytes, value] = randomItem(format, seed);
    view.fill(value);
    for (const item of flat(items)) this.write(item, bytes);
    this.check();
  }

  /** Between any two views of the same structure, overlapping or not. */
  private copy(from: number, to: number): void {
    const [target, model] = this.made[to % this.made.length] as [MemoryView, Model];
    const alike = this.made.filter(
      ([, other]) => other.format === model.format && other.shape.join() === model.shape.join(),
    );
    const [source, other] = alike[from % alike.length] as [MemoryView, Model];
    const list = flat(model.items);
    const before = flat(other.items).map(({ bytes }) =>
      bytes.map((at) => this.model[at] as number),
    );
    target.copyFrom(source);
    for (const [i, bytes] of before.entries()) this.write(list[i] as Item, bytes);
    this.check();
  }

  private write({ bytes }: Item, values: readonly number[]): void {
    for (const [i, at] of bytes.entries()) this.model[at] = values[i] as number;
  }

  /** The last view shows what the model says, in every way that there is. */
  private check(): void {
    const [view, { format, items, shape }] = this.last;
    assert.strictEqual(Buffer.compare(this.memory, Uint8Array.from(this.model)), 0);
    const bytes = flat(items).map((item) => item.bytes.map((at) => this.model[at] as number));
    assert.deepStrictEqual([...view.toUint8Array()], bytes.flat());
    const values = bytes.map((item) => valueOf(format, item));
    const list = view.toList();
    const found: unknown[] =
      shape.length === 0 ? [list] : (list as unknown[]).flat(shape.length - 1);
    assert.deepStrictEqual(found.map(plain), values);
    if (shape.length === 1) assert.deepStrictEqual([...view].map(plain), values);
    else assert.throws(() => [...view], shape.length > 1 ? NotImplementedError : TypeError);
    const copy = memoryview(view.toBytes()).cast("B");
    assert.strictEqual(copy.nbytes, view.nbytes);
    const numbers = values.flat();
    if (numbers.some(Number.isNaN)) return;
    const same = copy.nbytes === 0 || format === "5s" ? view : copy.cast(format).reshape(shape);
    assert.strictEqual(view.equals(same), true);
  }
}

/** Bytes whose value can be written as a number and read again: a NaN could not. */
function randomItem(format: string, seed: number): [bytes: number[], value: unknown] {
  const size = sizes[format] as number;
  const bytes = Array.from({ length: size }, (_, i) => (seed * 59 + i * 83) & 0x7f & (0xff - 0x40));
  const value = valueOf(format, bytes);
  return [bytes, format === "5s" ? Uint8Array.from(bytes) : value];
}

function valueOf(format: string, bytes: readonly number[]): unknown {
  return readers[format]?.(new DataView(Uint8Array.from(bytes).buffer));
}

/** Text as a list of bytes. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array || value instanceof Bytes ? [...value] : value;
}

test("views show and change the bytes that the model says", () => {
  const program = fc.tuple(fc.nat(8), fc.array(steps, { minLength: 1, maxLength: 12 }));
  fc.assert(
    fc.property(program, ([offset, todo]) => {
      const run = new Program(offset);
      for (const step of todo) run.perform(step);
    }),
    { numRuns: 250 },
  );
});
