/** Bulk work over the memory: the bits of NaN in copies, and Buffer's methods over memory of every kind. */
import { bytes, memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Backing } from "../../conformance/backings.ts";
import { equal, hex, randomly } from "./checks.ts";

export const bulkChecks: Record<string, (backing: Backing) => void> = {
  "copies keep the bits of NaN": keepsBits,
  "equality and search find what plain loops find": searches,
  "a pattern fills all items": fills,
};

const rows = 5;
const columns = 7;

/** Every item is a signalling NaN with a payload, in doubles and in singles. */
function keepsBits(backing: Backing): void {
  for (const [format, size] of [
    ["d", 8],
    ["f", 4],
    ["Zd", 16],
    ["<d", 8],
  ] as const) {
    const nan = format === "f" ? [0xa0, 0x7f] : [0xf4, 0x7f];
    const fraction = Math.min(size, 8) - nan.length;
    const item = (index: number): number[] => {
      const float = [...Array.from({ length: fraction }, () => index), ...nan];
      return size === 16 ? [...float, ...float] : float;
    };
    const order = Array.from({ length: rows * columns }, (_, index) => index);
    const whole = backing.hold(Uint8Array.from(order.flatMap(item)));
    const target = backing.hold(new Uint8Array(whole.length));
    const grid = memoryview(whole, { strict: false }).cast(format, [rows, columns]) as MemoryView;
    const other = memoryview(target).cast(format, [columns, rows]) as MemoryView;
    const flipped = order.map((at) => (at % rows) * columns + Math.floor(at / rows));

    equal(hex(grid.toBytes("F")), hex(flipped.flatMap(item)), `${format} in the order of Fortran`);
    other.copyFrom(grid.transpose());
    equal(hex(target), hex(flipped.flatMap(item)), `${format} copied from a transposed view`);
    const backwards = grid.subarray(undefined, undefined, -1);
    const upsideDown = order.map(
      (at) => (rows - 1 - Math.floor(at / columns)) * columns + (at % columns),
    );
    equal(hex(backwards.toBytes()), hex(upsideDown.flatMap(item)), `${format} upside down`);
  }
}

/** Long enough for the methods of Buffer, which short memory does without. */
function searches(backing: Backing): void {
  const random = randomly(20_260_101);
  for (let round = 0; round < 500; round += 1) {
    const content = Uint8Array.from({ length: random(300) }, () => random(3));
    const needle = Uint8Array.from({ length: random(5) }, () => random(3));
    const view = memoryview(backing.hold(content));
    const start = random(content.length + 1);
    const stop = start + random(content.length + 1 - start);
    const found = positions(content, needle, start, stop);
    const sought = bytes(backing.hold(needle));
    equal(view.find(sought, start, stop), found.at(0) ?? -1, `find of ${hex(needle)}`);
    equal(view.rfind(sought, start, stop), found.at(-1) ?? -1, `rfind of ${hex(needle)}`);
    equal(view.count(1), content.filter((byte) => byte === 1).length, "count");

    const same = backing.hold(content);
    equal(view.equals(same), true, "equality of the same bytes");
    equal(bytes(same).equals(view), true, "equality of bytes with a view");
    if (content.length === 0) continue;
    const at = random(content.length);
    same[at] = 255;
    equal(view.equals(same), false, "equality of other bytes");
    equal(view.equals(content.subarray(1)), false, "equality of fewer bytes");
    equal(memoryview(same).index(255), at, "index");
  }
}

function positions(content: Uint8Array, needle: Uint8Array, start: number, stop: number): number[] {
  const found: number[] = [];
  for (let at = start; at + needle.length <= stop; at += 1) {
    if (needle.every((byte, index) => content[at + index] === byte)) found.push(at);
  }
  return found;
}

function fills(backing: Backing): void {
  for (const count of [0, 1, 5, 100]) {
    for (const [format, size, value, item] of [
      ["B", 1, 0xab, "ab"],
      ["<I", 4, 0x01020304, "04030201"],
      [">d", 8, -2, "c000000000000000"],
    ] as const) {
      const memory = backing.hold(new Uint8Array(count * size));
      const view = memoryview(memory).cast(format) as MemoryView<string, unknown>;
      view.fill(value);
      equal(hex(memory), item.repeat(count), `${count} items of ${format}`);
      if (count === 0) continue;
      view.subarray(undefined, undefined, 2).fill(0);
      const kept = Array.from({ length: count }, (_, at) => (at % 2 ? item : "00".repeat(size)));
      equal(hex(memory), kept.join(""), `every second item of ${format}`);
    }
  }
}
