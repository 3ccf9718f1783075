// Downloads 1 MiB sixteen times by fetch. Who answers is another process.
import { spawn } from "node:child_process";
import { once } from "node:events";

function answering() {
  const body = Buffer.alloc(1 << 20);
  const server = require("node:http").createServer((_request, response) => response.end(body));
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
}

const stdio = ["ignore", "inherit", "inherit", "ipc"];
const child = spawn(process.execPath, ["-e", `(${answering.toString()})()`], { stdio });
const [port] = await once(child, "message");
for (let count = 0; count < 16; count += 1) {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const { byteLength } = await response.arrayBuffer();
  if (byteLength !== 1 << 20) throw new Error(`${byteLength} bytes came`);
}
child.kill();
