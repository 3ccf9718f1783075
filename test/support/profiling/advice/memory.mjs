// Buffers, typed arrays, messages.
import { once } from "node:events";
import fs from "node:fs";
import v8 from "node:v8";
import { Worker } from "node:worker_threads";
import { ByteQueue, memoryview } from "zerocopy";
import { pack } from "zerocopy/struct";

const nodeMajor = Number(process.versions.node.split(".")[0]);

export function memoryPairs({
  collect,
  fd,
  half,
  long,
  plain,
  posted,
  shared,
  size,
  small,
  source,
  target,
  text,
  view,
}) {
  return {
    "copy Buffer.concat": [() => Buffer.concat(long), () => collect(long)],
    "copy Buffer.from": [() => Buffer.from(source), view],
    "copy Buffer.copyBytesFrom": [() => Buffer.copyBytesFrom(plain), view],
    "copy buf.copy": [
      () => {
        const part = Buffer.allocUnsafeSlow(size);
        fs.readSync(fd, part, 0, size, 0);
        part.copy(target);
      },
      () => fs.readSync(fd, target, 0, size, 0),
    ],
    "copy buf.toJSON": [() => small.toJSON(), () => small.toString("base64")],
    "copy typedArray.slice": [() => plain.slice(1), () => plain.subarray(1)],
    "copy typedArray.set": [
      () => target.set(new TextEncoder().encode(text)),
      () => new TextEncoder().encodeInto(text, target),
    ],
    "copy typedArray.copyWithin": [
      () => target.copyWithin(0, half),
      () => {
        const queue = new ByteQueue();
        queue.append(target);
        queue.consume(half);
      },
    ],
    "copy new TypedArray": [
      () => new Uint8Array(plain),
      () => new Uint8Array(plain.buffer, 0, size),
    ],
    "copy TypedArray.from": [
      () => Uint8Array.from(plain),
      () => new Uint8Array(plain.buffer, 0, size),
    ],
    "copy typedArray.with": [
      () => plain.with(0, 1),
      () => {
        plain[0] = 1;
      },
    ],
    // oxlint-disable-next-line unicorn/no-array-sort -- in place is the point
    "copy typedArray.toSorted": [() => plain.toSorted(), () => target.sort()],
    "copy typedArray.toReversed": [
      () => plain.toReversed(),
      () => memoryview(plain).subarray(null, null, -1).get(0),
    ],
    "copy typedArray.map": [
      () => plain.map((byte) => byte),
      () => {
        for (let at = 0; at < size; at += 1) target[at] = plain[at];
      },
    ],
    "copy typedArray.filter": [
      () => plain.filter((byte) => byte > 0),
      () => {
        let sum = 0;
        for (const byte of plain) sum += byte;
        return sum;
      },
    ],
    "copy Array.from": [
      () => Array.from(small),
      () => {
        let sum = 0;
        for (const byte of small) sum += byte;
        return sum;
      },
    ],
    "copy array copy": [
      () => [...small],
      () => {
        let sum = 0;
        for (const byte of small) sum += byte;
        return sum;
      },
    ],
    "copy arrayBuffer.slice": [() => plain.buffer.slice(1), () => new Uint8Array(plain.buffer, 1)],
    "copy sharedArrayBuffer.slice": [() => shared.slice(1), () => new Uint8Array(shared, 1)],
    ...(nodeMajor < 22
      ? {}
      : {
          "copy arrayBuffer.transfer": [
            () => new ArrayBuffer(size).transfer(2 * size),
            () => new ArrayBuffer(size, { maxByteLength: 2 * size }).resize(2 * size),
          ],
        }),
    "copy structuredClone": [
      () => structuredClone(plain),
      () => {
        const given = new ArrayBuffer(size);
        structuredClone(given, { transfer: [given] });
      },
    ],
    "copy port.postMessage": [
      () => posted((port) => port.postMessage(plain)),
      () =>
        posted((port) => {
          const given = new ArrayBuffer(size);
          port.postMessage(given, [given]);
        }),
    ],
    "copy message receive": [
      () => posted((port) => port.postMessage(plain)),
      () =>
        posted((port) => {
          const given = new ArrayBuffer(size);
          port.postMessage(given, [given]);
        }),
    ],
    "copy new Worker": [
      () => once(new Worker("0", { eval: true, workerData: plain }), "exit"),
      () => {
        const given = new ArrayBuffer(size);
        return once(
          new Worker("0", { eval: true, workerData: given, transferList: [given] }),
          "exit",
        );
      },
    ],
    "copy v8.serialize": [() => v8.serialize({ id: 1, plain }), () => [pack(">I", 1), plain]],
  };
}
