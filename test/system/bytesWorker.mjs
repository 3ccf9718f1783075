// A worker that sends back what it received, in a message of its own: the subject of bytes.worker.test.ts.
import { parentPort } from "node:worker_threads";
import { ByteArray, Bytes } from "zerocopy";

parentPort.on("message", ({ value, append, transfer }) => {
  try {
    const type = { Bytes, ByteArray }[value.zerocopy];
    const received = type.fromMessage(value);
    const told = { kind: received.constructor.name, hex: received.hex(), length: received.length };
    if (append) received.extend(append);
    const { value: sent, transferList } = received.toMessage({ transfer });
    parentPort.postMessage({ told, sent, left: received.length }, transferList);
  } catch (error) {
    parentPort.postMessage({ failed: String(error) }, []);
  }
});
