// An HTTP server that copies: what each marked line copies is arithmetic, and stands behind it, in pieces
// of 64 KiB a request. Its client runs beside it, in a process of its own.
import { spawn } from "node:child_process";
import http from "node:http";

const pieceBytes = 64 << 10;
const requests = 64;
const stock = Buffer.alloc(4 * pieceBytes, "a");

const server = http.createServer((request, response) => {
  if (request.method === "GET") response.end(frame(stock));
  else receive(request, response);
});

function frame(source) {
  const body = Uint8Array.prototype.slice.call(source, 0, pieceBytes); // slice: 1
  return Buffer.concat([Buffer.from("head"), body]); // frame: 1
}

function receive(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks); // collect: 1
    const text = body.toString("latin1"); // decode: 1
    const again = Buffer.from(text, "latin1"); // encode: 1
    const kept = Buffer.alloc(pieceBytes);
    again.copy(kept); // copy: 1
    response.end(kept.toString("base64")); // base64: 1.333
  });
}

const client = `
  const body = Buffer.alloc(${pieceBytes}, "b");
  const agent = new http.Agent({ keepAlive: true });
  const ask = (method) => new Promise((resolve, reject) => {
    const request = http.request({ port: process.argv[1], agent, method }, (response) => {
      response.resume().on("end", resolve);
    });
    request.on("error", reject).end(method === "POST" ? body : undefined);
  });
  (async () => {
    for (let count = 0; count < ${requests}; count += 1) await ask("POST"), await ask("GET");
    agent.destroy();
  })();`;

server.listen(0, "127.0.0.1", () => {
  const words = ["-e", client, String(server.address().port)];
  spawn(process.execPath, words, { stdio: "inherit" }).on("exit", () => server.close());
});
