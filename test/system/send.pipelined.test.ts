/** Responses of `send` whose connection closes before they have had their turn. */
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { beforeEach, describe, test } from "vitest";
import { taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { fallback, native, whyNotNative } from "../support/sending/subjects.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

/** A connection to a server that does not answer `/first`, and the rest by `answer`. */
async function connect(answer: http.RequestListener): Promise<net.Socket> {
  const server = http.createServer((req, res) => req.url === "/first" || answer(req, res));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  later(() => server.closeAllConnections());
  const client = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  later(() => client.destroy());
  client.on("error", () => {}).write("GET /first HTTP/1.1\r\nHost: host\r\n\r\n");
  return client;
}

const second = "GET /second HTTP/1.1\r\nHost: host\r\n\r\n";

describe.each([native, fallback])("$name", (subject) => {
  beforeEach((context) => {
    const missing = subject === native && whyNotNative();
    if (missing) context.skip(missing);
  });

  test("a file that is found after its connection has closed is closed too", async () => {
    const file = taggedFile(1, 1_000_000);
    let isSent = false;
    const client = await connect((req, res) => {
      req.socket.once("close", () =>
        setImmediate(() => {
          const sending = subject.send(req, path.basename(file), { root: path.dirname(file) });
          sending.on("stream", () => (isSent = true)); // somebody has to read it
          sending.pipe(res);
        }),
      );
      client.destroy();
    });
    client.write(second);
    await until(() => isSent, "the file was not found"); // then nothing may be left open
  });
});
