/** What garbage collection does for views that nobody released. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const prelude = `
  import { setImmediate as turn } from "node:timers/promises";
  import { bytearray, memoryview, kBuffer } from "zerocopy";
  /** Collects until \`done()\`, in a turn of its own; false when that never comes. */
  async function collect(done, rounds = 100) {
    for (let round = 0; round < rounds; round += 1) {
      globalThis.gc();
      await turn();
      if (done()) return true;
      await turn(); // what a WeakRef gave is kept until then
    }
    return false;
  }
  function can(change) {
    try {
      change();
      return true;
    } catch (error) {
      if (error.name !== "BufferError") throw error;
      return false;
    }
  }
`;

/** Runs a module in a process that can collect garbage when told; what it prints, as JSON. */
function inChild(program: string): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--input-type=module", "--eval", prelude + program],
    { encoding: "utf8", cwd: new URL("../..", import.meta.url) },
  );
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return JSON.parse(stdout);
}

test("a bytearray is unlocked when all its views were collected, not before", () => {
  const program = `
    const ba = bytearray([1, 2, 3]);
    let kept = (() => {
      for (let i = 0; i < 100; i += 1) memoryview(ba).subarray(1).cast("b");
      return memoryview(ba).subarray(2);
    })();
    const locked = !can(() => ba.append(4));
    const early = await collect(() => can(() => ba.append(4)), 8);
    const seen = kept.get(0);
    kept = undefined;
    const late = await collect(() => can(() => ba.append(4)));
    console.log(JSON.stringify({ locked, early, seen, late, hex: ba.hex() }));
  `;
  expect(inChild(program)).toEqual({
    locked: true,
    early: false,
    seen: 3,
    late: true,
    hex: "01020304",
  });
});

test("a bytearray is unlocked when a record of the protocol was collected", () => {
  const program = `
    const ba = bytearray([1, 2, 3]);
    (() => ba[kBuffer](0))();
    const locked = !can(() => ba.pop());
    console.log(JSON.stringify([locked, await collect(() => can(() => ba.pop()))]));
  `;
  expect(inChild(program)).toEqual([true, true]);
});

test("an iterator keeps its view, and with it the lock", () => {
  const program = `
    const ba = bytearray([1, 2, 3]);
    let items = (() => memoryview(ba)[Symbol.iterator]())();
    const early = await collect(() => can(() => ba.append(4)), 8);
    const seen = [...items];
    items = undefined;
    const late = await collect(() => can(() => ba.append(4)));
    console.log(JSON.stringify({ early, seen, late }));
  `;
  expect(inChild(program)).toEqual({ early: false, seen: [1, 2, 3], late: true });
});

test("an exporter's release is called once when all views were collected", () => {
  const program = `
    let released = 0;
    const memory = new Uint8Array([1, 2, 3]);
    const exporter = {
      [kBuffer]: () => ({
        buffer: memory.buffer,
        byteOffset: 0,
        byteLength: 3,
        release: () => (released += 1),
      }),
    };
    let kept = (() => {
      for (let i = 0; i < 100; i += 1) memoryview(exporter).subarray(1).release();
      return memoryview(exporter).subarray(1);
    })();
    const all = await collect(() => released === 100);
    const more = await collect(() => released > 100, 8);
    const seen = kept.get(0);
    kept = undefined;
    const last = await collect(() => released === 101);
    globalThis.gc();
    await turn();
    console.log(JSON.stringify({ all, more, seen, last, released }));
  `;
  expect(inChild(program)).toEqual({ all: true, more: false, seen: 2, last: true, released: 101 });
});

test("an exporter's release is not called again after the views released it", () => {
  const program = `
    let released = 0;
    const exporter = {
      [kBuffer]: () => ({
        buffer: new ArrayBuffer(3),
        byteOffset: 0,
        byteLength: 3,
        release: () => (released += 1),
      }),
    };
    (() => {
      const m = memoryview(exporter);
      const part = m.subarray(1);
      m.release();
      part.release();
    })();
    console.log(JSON.stringify([await collect(() => released > 1, 8), released]));
  `;
  expect(inChild(program)).toEqual([false, 1]);
});

test("views of a bytearray that is gone keep its memory", () => {
  const program = `
    const m = (() => memoryview(bytearray([1, 2, 3])).subarray(1))();
    await collect(() => false, 8);
    console.log(JSON.stringify([m.toList(), m.obj.length]));
  `;
  expect(inChild(program)).toEqual([[2, 3], 3]);
});
