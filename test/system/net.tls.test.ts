/** A TLSSocket answers with the descriptor of the TCP socket below it: sending there would be fatal. */
import { expect, test } from "vitest";
import { taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { receivedBytes } from "../support/sockets.ts";
import { connectTls, makeCertificate } from "../support/tls.ts";

leaveNothingOpen();

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
