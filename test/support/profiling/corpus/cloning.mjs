// Structured clones, and messages between threads.
import { once } from "node:events";
import { deserialize, serialize } from "node:v8";
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";
import { arrayBuffer, payloadBytes, shared, source, text } from "./payload.mjs";

const { port1, port2 } = new MessageChannel();
port1.unref();
port2.unref();
const serialized = serialize(source);
const nested = { list: Array.from({ length: 64 }, () => source.subarray(0, 65_536).slice()) };
const separate = nested.list.map((piece) => new Uint8Array(piece));

function passed(value, transfer = []) {
  port1.postMessage(value, transfer);
  return receiveMessageOnPort(port2).message;
}

/** A worker reads and compiles its own beginning. */
const ofStart = 0.1;

const echo = `const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (value) => parentPort.postMessage(value));`;

/** There and back: twice what one message costs. */
async function echoed() {
  const worker = new Worker(echo, { eval: true });
  await once(worker, "online");
  worker.postMessage(source, []);
  await once(worker, "message");
  await worker.terminate();
}

async function started() {
  await once(new Worker("", { eval: true, workerData: new Uint8Array(arrayBuffer) }), "exit");
}

export default {
  "structuredClone(buffer)": () => structuredClone(source),
  "structuredClone(text)": () => structuredClone(text),
  "structuredClone(many buffers)": () => structuredClone(separate),
  "structuredClone(shared)": () => structuredClone(shared),
  "structuredClone(transfer)": () => {
    const own = new ArrayBuffer(payloadBytes);
    return structuredClone(own, { transfer: [own] });
  },
  "v8.serialize": () => serialize(source),
  "v8.deserialize": () => deserialize(serialized),
  "port.postMessage(buffer)": () => passed(source),
  "port.postMessage(text)": () => passed(text),
  "port.postMessage(shared)": () => passed(shared),
  "port.postMessage(transfer)": () => {
    const own = new ArrayBuffer(payloadBytes);
    return passed(own, [own]);
  },
  "worker.postMessage, echoed": { slack: ofStart, run: echoed },
  workerData: { slack: ofStart, run: started },
};
