/** TLS connections between two ends in one process. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import tls from "node:tls";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";
import { own } from "./sockets.ts";

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A key and a certificate of our own, or undefined without openssl. */
export function makeCertificate(): Certificate | undefined {
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

/** `reader` has connected to `sender`; neither has been read from by the test. */
export async function connectTls(certificate: Certificate): Promise<{
  sender: tls.TLSSocket;
  reader: tls.TLSSocket;
}> {
  const server = tls.createServer({ ...certificate });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  const accepted = once(server, "secureConnection");
  const { port } = server.address() as AddressInfo;
  const reader = own(
    tls.connect({ port, host: "127.0.0.1", ca: certificate.cert, servername: "localhost" }),
  ) as tls.TLSSocket;
  const [sender] = (await accepted) as [tls.TLSSocket];
  return { sender: own(sender) as tls.TLSSocket, reader };
}
