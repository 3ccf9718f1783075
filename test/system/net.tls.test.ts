/** A TLSSocket answers with the descriptor of the TCP socket below it: sending there would be fatal. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import tls from "node:tls";
import { expect, test } from "vitest";
import { taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { own, receivedBytes } from "../support/sockets.ts";

leaveNothingOpen();

/** A key and a certificate of our own, or undefined without openssl. */
function makeCertificate(): { key: Buffer; cert: Buffer } | undefined {
  const folder = temporaryFolder();
  const [keyFile, certFile] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  try {
    const words = [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-subj", "/CN=localhost", "-days", "1", "-keyout", keyFile!, "-out", certFile!],
    ];
    execFileSync("openssl", words, { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return { key: fs.readFileSync(keyFile!), cert: fs.readFileSync(certFile!) };
}

async function connectTls(certificate: { key: Buffer; cert: Buffer }) {
  const server = tls.createServer(certificate);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  const accepted = once(server, "secureConnection");
  const { port } = server.address() as AddressInfo;
  const reader = own(
    tls.connect({ port, host: "127.0.0.1", ca: certificate.cert, servername: "localhost" }),
  );
  const [sender] = (await accepted) as [tls.TLSSocket];
  return { sender: own(sender) as tls.TLSSocket, reader };
}

describeModes(({ sendFile }) => {
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
});
