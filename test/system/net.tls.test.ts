/** A TLSSocket answers with the descriptor of the TCP socket below it: sending there would be fatal. */
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import { expect, test } from "vitest";
import { taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, listen, own, receivedBytes } from "../support/sockets.ts";
import { connectTls, makeCertificate } from "../support/tls.ts";
import type { Certificate } from "../support/tls.ts";

leaveNothingOpen();

describeModes(({ sendFile, writeViews, relay, saveTo, receiver, memory }) => {
  test("sendFile refuses a TLSSocket by name, and sends nothing", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const { sender, reader } = await connectTls(certificate);
    await expect(sendFile(sender, taggedFile(1, 100_000))).rejects.toMatchObject({
      name: "ZeroCopyError",
      code: "ERR_TLS_SOCKET",
      message: expect.stringMatching(/found a TLSSocket.*createReadStream\(path\)\.pipe\(socket\)/),
      bytes: 0,
    });
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test("nothing sends or reads below a TLSSocket, whose connection goes on", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const ends = await layTls(certificate);
    const { sender: other } = await connect();
    const file = path.join(temporaryFolder(), "saved");
    for (const below of [ends.belowClient, ends.belowServer]) {
      const refused = { name: "ZeroCopyError", code: "ERR_TLS_SOCKET" };
      await expect(sendFile(below, taggedFile(1, 100))).rejects.toMatchObject(refused);
      await expect(writeViews(below, [memory.bytes("plain", "utf-8")])).rejects.toMatchObject(
        refused,
      );
      expect(() => receiver(below)).toThrowError(expect.objectContaining(refused));
      const used = { name: "ZeroCopyError", code: "ERR_SOCKET_IN_USE" };
      await expect(relay(other, below)).rejects.toMatchObject(used);
      await expect(relay(below, other)).rejects.toMatchObject(used);
      await expect(saveTo(below, file)).rejects.toMatchObject(used);
    }
    expect(fs.existsSync(file)).toBe(false);
    ends.client.end("up");
    ends.server.end("down");
    const [up, down] = [receivedBytes(ends.server), receivedBytes(ends.client)];
    expect([String(await up), String(await down)]).toEqual(["up", "down"]);
  });

  test("a socket below TLS is known as such without any error listener", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const { belowClient, belowServer } = await layTls(certificate);
    for (const below of [belowClient, belowServer]) {
      below.removeAllListeners("error").on("error", () => {});
      const refused = { name: "ZeroCopyError", code: "ERR_TLS_SOCKET", bytes: 0 };
      await expect(sendFile(below, taggedFile(1, 100))).rejects.toMatchObject(refused);
    }
  });

  test("TLS laid over a socket that was not connected yet is seen too", async () => {
    const server = net.createServer((socket) => void own(socket));
    const below = own(new net.Socket());
    own(tls.connect({ socket: below }));
    below.connect(await listen(server, "TCP"));
    await once(below, "connect");
    const refused = { name: "ZeroCopyError", code: "ERR_TLS_SOCKET", bytes: 0 };
    await expect(sendFile(below, taggedFile(1, 100))).rejects.toMatchObject(refused);
    await expect(writeViews(below, [memory.bytes(3)])).rejects.toMatchObject(refused);
  });

  test("sendFile whose turn comes when TLS has begun sends nothing", async () => {
    const { reader: below, sender: far } = await connect();
    below.write(Buffer.alloc(16e6)); // more than the kernel takes
    const sending = sendFile(below, taggedFile(1, 100_000));
    own(tls.connect({ socket: below }));
    far.resume();
    await expect(sending).rejects.toMatchObject({ code: "ERR_TLS_SOCKET", bytes: 0 });
  });
});

/** TLS over sockets that the test has in its hands. */
async function layTls(certificate: Certificate) {
  const { reader: belowClient, sender: belowServer } = await connect();
  const isServer = { isServer: true, ...certificate };
  const server = own(new tls.TLSSocket(belowServer, isServer));
  const ca = { ca: certificate.cert, servername: "localhost" };
  const client = tls.connect({ socket: belowClient, ...ca });
  own(client);
  await once(client, "secureConnect");
  return { belowClient, belowServer, client, server };
}
