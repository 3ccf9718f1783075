// Answers by `send` of the package process.argv[2] while no descriptor is free, and when there are some
// again. For a process that may have few.
"use strict";
const { once } = require("node:events");
const fs = require("node:fs");
const http = require("node:http");

const [, , name, file] = process.argv;
const send = name === "send" ? require("send") : require("zerocopy/http").send;

async function main() {
  const events = [];
  const server = http.createServer((req, res) => {
    const sending = send(req, file);
    for (const event of ["file", "headers", "stream", "end"])
      sending.on(event, () => events.push(event));
    sending.on("stream", (stream) => stream.on("close", () => server.emit("closed")));
    sending.pipe(res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = async () => {
    const [res] = await once(
      http.get({ port: server.address().port, host: "127.0.0.1", agent }),
      "response",
    );
    res.resume();
    await once(res, "end");
    return res.statusCode;
  };
  const closed = once(server, "closed");
  const before = await get();
  await closed; // or its descriptor would become free
  const taken = [];
  const takeAll = () => {
    try {
      for (;;) taken.push(fs.openSync("/dev/null"));
    } catch {
      // None is left.
    }
  };
  takeAll();
  // What threads of the pool still hold of the first request becomes free.
  await Promise.all(Array.from({ length: 16 }, () => fs.promises.stat(file)));
  takeAll();
  const status = await get();
  for (const fd of taken) fs.closeSync(fd);
  const afterwards = await get();
  process.stdout.write(JSON.stringify({ before, status, afterwards, events }));
  agent.destroy();
  server.close();
}

void main();
