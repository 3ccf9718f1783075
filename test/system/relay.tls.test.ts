/** TLS on one side of a relay, or of a saved socket: its own stream decrypts and encrypts. */
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { content, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { proxied, untilEnd } from "../support/relaying.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connectTls, makeCertificate } from "../support/tls.ts";
import { rejection } from "../support/until.ts";

leaveNothingOpen();

describeModes(({ relay, saveTo }) => {
  test("relay ends TLS on one side: plain bytes on the other, both ways", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const { sender, reader } = await connectTls(certificate);
    const { b, server } = await proxied();
    const [up, down] = [content(1, 3_000_000), content(2, 2_000_000)];
    reader.allowHalfOpen = true;
    const relayed = relay(sender, b);
    reader.end(up);
    server.end(down);
    const [atServer, atReader] = await Promise.all([untilEnd(server), untilEnd(reader)]);
    expect([atServer.equals(up), atReader.equals(down)]).toEqual([true, true]);
    const copied = { path: "read-write", copies: 2 };
    expect(await relayed).toEqual({
      ...{ bytes: 5_000_000, ...copied },
      aToB: { bytes: 3_000_000, ...copied },
      bToA: { bytes: 2_000_000, ...copied },
    });
  });

  test("saveTo saves what TLS has decrypted", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const { sender, reader } = await connectTls(certificate);
    const file = path.join(temporaryFolder(), "saved.bin");
    reader.end(content(3, 1_000_000));
    expect(await saveTo(sender, file)).toEqual({ bytes: 1e6, path: "read-write", copies: 2 });
    expect(fs.readFileSync(file).equals(content(3, 1_000_000))).toBe(true);
  });

  test('require: "zero-copy" refuses TLS before anything is touched', async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const { sender, reader } = await connectTls(certificate);
    const { a } = await proxied();
    const file = path.join(temporaryFolder(), "saved.bin");
    for (const refused of [
      relay(a, sender, { require: "zero-copy" }),
      saveTo(sender, file, { require: "zero-copy" }),
    ]) {
      expect(await rejection(refused)).toMatchObject({ code: "ERR_ZERO_COPY_UNAVAILABLE" });
    }
    expect(fs.existsSync(file)).toBe(false);
    sender.end("after");
    expect(String(await untilEnd(reader))).toBe("after");
  });
});
