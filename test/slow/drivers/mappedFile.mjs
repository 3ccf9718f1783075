// Mapped files where engines differ: windows after unmap in compiled code, transfer, lost pages under threads of
// Node's pool, a worker that alone has loaded the addon. Exits 0, or throws.
import assert from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import zlib from "node:zlib";
import { mapFile, mapWindows } from "zerocopy/fs";

const size = 100_000;
const truncated = { code: "ERR_MAP_TRUNCATED" };

/** A new file of sevens. */
function sevens(folder) {
  const file = path.join(folder, "sevens");
  fs.writeFileSync(file, Buffer.alloc(size, 7));
  return file;
}

function windowsAreEmptyInCompiledCode(folder) {
  const map = mapFile(sevens(folder), { access: "copy" });
  const bytes = map.asUint8Array();
  const doubles = map.subarray(0, 80_000).cast("d").asTypedArray();
  const view = new DataView(bytes.buffer);
  const sum = (array) => {
    let total = 0;
    for (let i = 0; i < array.length; i++) total += array[i];
    return total;
  };
  const at = (array, i) => array[i];
  const put = (array, i, value) => {
    array[i] = value;
  };
  const look = (i) => view.getUint8(i);
  const get = (i) => map.get(i);
  for (let round = 0; round < 300; round++) {
    sum(bytes);
    sum(doubles);
    for (let i = 0; i < 1000; i++) {
      assert.ok(at(bytes, i) === 7 && at(doubles, i) > 0 && look(i) === 7 && get(i) === 7);
      put(bytes, i, 7);
    }
  }
  map.unmap();
  put(bytes, 5, 9);
  assert.deepStrictEqual(
    [sum(bytes), sum(doubles), at(bytes, 5), at(doubles, 5)],
    [0, 0, undefined, undefined],
  );
  assert.throws(() => look(5), TypeError);
  assert.throws(() => get(5), { name: "ValueError" });
}

function unmappedInTheMiddleOfALoop(folder) {
  const map = mapFile(sevens(folder));
  const bytes = map.lendUint8Array();
  let act = () => {};
  const sum = (count) => {
    let total = 0;
    for (let i = 0; i < count; i++) {
      if (i === count - 10) act();
      total += bytes[i] ?? 0;
    }
    return total;
  };
  for (let round = 0; round < 200; round++) sum(50_000);
  act = () => map.unmap();
  assert.strictEqual(sum(50_000), 7 * (50_000 - 10));
}

function whatWasTransferredStays(folder) {
  const map = mapFile(sevens(folder));
  const { buffer } = map.lendUint8Array();
  if (!buffer.transfer) return;
  const moved = new Uint8Array(buffer.transfer());
  assert.strictEqual(moved[50_000], 7);
  map.unmap();
  assert.strictEqual(moved[50_000], 0);
}

async function lostPagesUnderTheThreadsOfNode(folder) {
  const file = sevens(folder);
  const map = mapFile(file);
  fs.truncateSync(file, 4096);
  const packed = await promisify(zlib.deflate)(map.lendUint8Array());
  const plain = zlib.inflateSync(packed);
  assert.deepStrictEqual([plain[4095], plain[4096], plain[90_000]], [7, 0, 0]);
  assert.throws(() => map.nbytes, truncated);
  map.unmap();
}

function longFiles(folder) {
  const file = path.join(folder, "long");
  fs.writeFileSync(file, "");
  fs.truncateSync(file, 10e9);
  const map = mapWindows(file);
  assert.strictEqual(map.get("B", 10e9 - 1), 0);
  assert.strictEqual(map.locate(2 ** 32 + 5)[0].nbytes, 2 ** 30);
  map.unmap();
}

/** In a worker: loses a page, ends with the mapping there. */
function inWorker(file) {
  const map = mapFile(file);
  fs.truncateSync(file, 0);
  assert.strictEqual(map.get(size - 1), 0);
  assert.throws(() => map.nbytes, truncated);
}

async function worker(folder) {
  const started = new Worker(new URL(import.meta.url), { workerData: sevens(folder) });
  const code = await new Promise((resolve, reject) => {
    started.once("exit", resolve).once("error", reject);
  });
  assert.strictEqual(code, 0);
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-mapped-"));
  try {
    await worker(folder); // first: it alone has loaded the addon
    windowsAreEmptyInCompiledCode(folder);
    unmappedInTheMiddleOfALoop(folder);
    whatWasTransferredStays(folder);
    await lostPagesUnderTheThreadsOfNode(folder);
    longFiles(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

await (isMainThread ? main() : inWorker(workerData));
