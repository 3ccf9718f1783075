// Typed arrays, array buffers and WebAssembly memory: the engine's own.
import {
  arrayBuffer,
  little,
  littleBytes,
  payloadBytes,
  shared,
  source,
  target,
} from "./payload.mjs";

const bytes = new Uint8Array(arrayBuffer);
const floats = new Float64Array(payloadBytes / 8);
const small = new Uint8Array(little);
const list = Array.from(small);
const memory = new WebAssembly.Memory({ initial: payloadBytes / 65_536, maximum: 4096 });

/** A module of one function, `copy`: memory.copy of the first half to the second. */
function wasmCopy() {
  // prettier-ignore
  const code = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, // the header
    1, 7, 1, 96, 3, 127, 127, 127, 0, // (i32, i32, i32) -> ()
    2, 10, 1, 3, 101, 110, 118, 1, 109, 2, 0, 1, // import env.m: memory of a page or more
    3, 2, 1, 0, // a function of that type
    7, 8, 1, 4, 99, 111, 112, 121, 0, 0, // export "copy"
    10, 14, 1, 12, 0, 32, 0, 32, 1, 32, 2, 252, 10, 0, 0, 11, // memory.copy of the three
  ]);
  return new WebAssembly.Instance(new WebAssembly.Module(code), { env: { m: memory } }).exports
    .copy;
}

const copyInWasm = wasmCopy();

function transferred(grown) {
  const own = new ArrayBuffer(payloadBytes);
  return grown === undefined ? own.transfer() : own.transfer(grown);
}

function resized() {
  const own = new ArrayBuffer(payloadBytes / 2, { maxByteLength: payloadBytes });
  own.resize(payloadBytes);
  return own;
}

function copyByIndex() {
  for (let index = 0; index < littleBytes; index += 1) target[index] = small[index];
}

const canTransfer = typeof ArrayBuffer.prototype.transfer === "function";
const hasBase64 = typeof Uint8Array.fromBase64 === "function";
const base64 = Buffer.from(bytes).toString("base64");

export default {
  "new Uint8Array(u8)": () => new Uint8Array(bytes),
  "new Uint8Array(arrayBuffer)": () => new Uint8Array(arrayBuffer),
  "new Uint8Array(array)": {
    written: 1,
    payloadBytes: littleBytes,
    run: () => new Uint8Array(list),
  },
  "new Float64Array(f64)": () => new Float64Array(floats),
  "new Float32Array(u8)": {
    written: 4,
    payloadBytes: littleBytes,
    run: () => new Float32Array(small),
  },
  "u8.set(u8)": () => target.set(bytes),
  "u8.set(array)": { written: 1, payloadBytes: littleBytes, run: () => target.set(list) },
  "u8.slice": () => bytes.slice(),
  "u8.subarray": () => bytes.subarray(1),
  "u8.copyWithin": () => target.copyWithin(0, payloadBytes / 2),
  "u8.fill": () => target.fill(1),
  // oxlint-disable-next-line unicorn/no-array-reverse -- it is what is measured
  "u8.reverse": { written: 1, run: () => target.reverse() },
  // oxlint-disable-next-line unicorn/no-array-sort -- it is what is measured
  "u8.sort": { written: 1, payloadBytes: littleBytes, run: () => small.sort() },
  "u8.map": { written: 1, payloadBytes: littleBytes, run: () => small.map((byte) => byte ^ 1) },
  "u8.filter": { written: 1, payloadBytes: littleBytes, run: () => small.filter(() => true) },
  "u8.with": () => bytes.with(0, 1),
  "u8.toReversed": { written: 1, run: () => bytes.toReversed() },
  "u8.toSorted": { payloadBytes: littleBytes, run: () => small.toSorted() },
  "Uint8Array.from(u8)": () => Uint8Array.from(bytes),
  "Array.from(u8)": { payloadBytes: littleBytes, run: () => Array.from(small) },
  "[...u8]": { payloadBytes: littleBytes, run: () => [...small] },
  "u8.join": { payloadBytes: littleBytes, run: () => small.join() },
  "u8 by index": { written: 1, payloadBytes: littleBytes, run: copyByIndex },
  "arrayBuffer.slice": () => arrayBuffer.slice(0),
  "sharedArrayBuffer.slice": { written: 1, run: () => shared.slice(0) },
  "u8.set(shared u8)": { written: 1, run: () => target.set(new Uint8Array(shared)) },
  "arrayBuffer.transfer": { isThere: canTransfer, run: () => transferred() },
  "arrayBuffer.transfer(twice)": { isThere: canTransfer, run: () => transferred(2 * payloadBytes) },
  "arrayBuffer.resize": resized,
  "Uint8Array.fromBase64": {
    written: 1,
    isThere: hasBase64,
    run: () => Uint8Array.fromBase64(base64),
  },
  "u8.toBase64": { written: 4 / 3, isThere: hasBase64, run: () => bytes.toBase64() },
  "u8.toHex": { written: 2, isThere: hasBase64, run: () => bytes.toHex() },
  "wasm: u8.set of its memory": () => new Uint8Array(memory.buffer).set(source),
  "wasm: memory.copy": () => copyInWasm(payloadBytes / 2, 0, payloadBytes / 2),
  "wasm: memory.grow": () => memory.grow(1),
};
