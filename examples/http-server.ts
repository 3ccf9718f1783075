/** An HTTP server in bytes: heads are split and looked up, and only what is text is decoded. */
import net from "node:net";
import type { AddressInfo } from "node:net";
import { b, bytearray, bytes } from "zerocopy";
import type { Bytes } from "zerocopy";

const routes = new Map([
  [b`GET /`.hashKey(), () => b`hello\n`],
  [b`GET /time`.hashKey(), () => bytes(new Date().toISOString(), "ascii")],
]);

function respond(head: Bytes): Bytes {
  const [line, , fields] = head.partition(b`\r\n`); // parts of the head: nothing is copied
  const [route] = line.rpartition(b` `);
  const isLast = fields.splitLines().some((field) => field.lower().equals(b`connection: close`));
  const body = routes.get(route.hashKey())?.();
  return b`\r\n`.join([
    body ? b`HTTP/1.1 200 OK` : b`HTTP/1.1 404 Not Found`,
    b`content-length: %d`.mod(body?.length ?? 0),
    isLast ? b`connection: close` : b`connection: keep-alive`,
    b``,
    body ?? b``,
  ]);
}

const server = net.createServer((socket) => {
  const pending = bytearray();
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending.extend(chunk);
    for (let end; (end = pending.find(b`\r\n\r\n`)) >= 0;) {
      const head = pending.takeBytes(end);
      pending.deleteSlice(0, 4);
      socket.write(respond(head).lendUint8Array()); // a window: not copied again
    }
    if (pending.length > 16_384) socket.destroy(); // a head without an end
  });
});

await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
for (const path of ["/", "/time", "/nowhere"]) {
  const response = await fetch(origin + path, { headers: { connection: "close" } });
  console.log(path, response.status, (await response.text()).trim());
}
server.close();
