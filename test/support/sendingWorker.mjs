// A worker that sends `file` to 127.0.0.1:`port` and says so: the subject of net.worker.test.ts.
import fs from "node:fs";
import { open } from "node:fs/promises";
import { once } from "node:events";
import net from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { sendFile } from "zerocopy/net";

const { port, file, kind } = workerData;
const sources = {
  "a path": () => file,
  "a descriptor": () => fs.openSync(file, "r"),
  "a FileHandle": () => open(file),
};

const socket = net.connect(port, "127.0.0.1");
await once(socket, "connect");
const source = await sources[kind]();
sendFile(socket, source).then(
  () => socket.end(() => parentPort.postMessage("sent", [])),
  () => {},
);
parentPort.postMessage("sending", []);
