// Fastify takes sixteen uploads of 1 MiB, each as one buffer.
import Fastify from "fastify";
import { inChild } from "./inChild.mjs";

async function client(port) {
  for (let count = 0; count < 16; count += 1) {
    const headers = { "content-type": "application/octet-stream" };
    const body = new Uint8Array(1 << 20);
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body });
    if ((await response.text()) !== String(1 << 20)) throw new Error("it did not come whole");
  }
}

const app = Fastify({ bodyLimit: 2 << 20, forceCloseConnections: true });
app.addContentTypeParser(
  "application/octet-stream",
  { parseAs: "buffer" },
  (_request, body, done) => done(null, body),
);
app.post("/", (request, reply) => reply.send(String(request.body.length)));
await app.listen({ port: 0, host: "127.0.0.1" });
await inChild(client, app.server.address().port);
await app.close();
