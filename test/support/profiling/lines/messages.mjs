// A clone is written and read: two copies. What is transferred or shared is not copied.
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";

const source = new Uint8Array(4 << 20);
const shared = new SharedArrayBuffer(4 << 20);
const { port1, port2 } = new MessageChannel();

for (let round = 0; round < 10; round += 1) {
  structuredClone(source); //= copy 80 MiB
  const own = new Uint8Array(4 << 20);
  structuredClone(own, { transfer: [own.buffer] }); //= copy 0 MiB
  structuredClone(shared); //= copy 0 MiB
  port1.postMessage(source); //= copy 40 MiB
  receiveMessageOnPort(port2); //= copy 40 MiB
}
port1.close();
