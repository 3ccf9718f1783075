// Express sends a file of 1 MiB sixteen times, by `send`.
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import express from "express";
import { inChild } from "./inChild.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file.bin");
fs.writeFileSync(file, "");
fs.truncateSync(file, 1 << 20);

async function client(port) {
  for (let count = 0; count < 16; count += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const { byteLength } = await response.arrayBuffer();
    if (byteLength !== 1 << 20) throw new Error(`${byteLength} bytes came`);
  }
}

const app = express();
app.get("/", (_request, response) => response.sendFile(file));
const server = app.listen(0, "127.0.0.1");
try {
  await once(server, "listening");
  await inChild(client, server.address().port);
} finally {
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true });
}
