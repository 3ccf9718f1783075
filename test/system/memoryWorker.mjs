// A worker that tells what it received, and sends it back: the subject of memory.worker.test.ts.
import { parentPort } from "node:worker_threads";
import { Bytes, MemoryView } from "zerocopy";

function answer({ value, write, back }) {
  const type = value.zerocopy === "Bytes" ? Bytes : MemoryView;
  const received = type.fromMessage(value);
  const told = { kind: received.constructor.name, hex: received.hex() };
  if (received instanceof MemoryView) {
    const { format, shape, readonly } = received;
    Object.assign(told, { format, shape, readonly, list: received.toList() });
  }
  if (write !== undefined) received.set(...write);
  const { value: sent, transferList } = received.toMessage({ transfer: back === "transfer" });
  parentPort.postMessage({ told, sent }, transferList);
}

parentPort.on("message", (message) => {
  try {
    answer(message);
  } catch (error) {
    parentPort.postMessage({ failed: String(error) }, []);
  }
});
