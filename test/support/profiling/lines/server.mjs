// A server that is sent 256 bodies of 64 KiB, reads them as one, and answers with as much. Who asks is another
// process, which is not recorded.
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";

const bodyBytes = 64 * 1024;
const requests = 256;
const page = Buffer.alloc(bodyBytes, 1);

function client(port) {
  const { Agent, request: open } = require("node:http");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let left = 256;
  const ask = () => {
    if (left-- === 0) return agent.destroy();
    const request = open({ port, agent, method: "POST" }, (response) => {
      response.resume().on("end", ask);
    });
    request.end(Buffer.alloc(64 * 1024, 97));
  };
  ask();
}

function answer(parts, response) {
  const body = Buffer.concat(parts); //= copy 16 MiB
  const text = body.toString("latin1"); //= copy 16 MiB
  const frame = Buffer.concat([page.subarray(0, 1024), Buffer.from(text, "latin1")]); //= copy 32.25 MiB
  response.end(frame.subarray(0, bodyBytes)); //= out 16 MiB
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => answer(parts, response));
});
server.listen(0); //= in 16 MiB //= copy 16 MiB
await once(server, "listening");
const child = spawn(process.execPath, ["-e", `(${client.toString()})(${server.address().port})`]);
await once(child, "exit");
server.close();
if (requests * bodyBytes !== 16 << 20) throw new Error("the marks are of other bodies");
