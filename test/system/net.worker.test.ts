/** One sender thread serves every thread of the process; a worker that ends takes only its own with it. */
import { once } from "node:events";
import net from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { content, sha256, sparseFile, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, listen, own, received, take } from "../support/sockets.ts";
import { inTime, untilStill } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

/** A worker that sends a file to us, and our end of its connection. */
async function startWorker(
  file: string,
  kind: string,
): Promise<{ worker: Worker; reader: net.Socket }> {
  const server = net.createServer({ pauseOnConnect: true });
  const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
  const accepted = once(server, "connection");
  const script = new URL("../support/sendingWorker.mjs", import.meta.url);
  const worker = new Worker(script, { workerData: { port, file, kind } });
  later(() => worker.terminate());
  const begun = once(worker, "message");
  const [reader] = (await inTime(accepted, "the worker's connection")) as [net.Socket];
  await inTime(begun, "the worker to begin");
  return { worker, reader: own(reader) };
}

describeNative("workers", () => {
  test.each(["a path", "a descriptor", "a FileHandle"])(
    "a worker terminated while it sends %s leaves nothing open, and its reader sees the end",
    async (kind) => {
      const { worker, reader } = await startWorker(sparseFile(2 ** 40), kind);
      await take(reader, 1_000_000);
      await untilStill(() => reader.bytesRead, "the reader");
      await inTime(worker.terminate(), "the worker to end");
      await inTime(received(reader), "the reader to see the end");
    },
  );

  test("a worker terminated while it sends does not touch what another thread sends", async () => {
    const { sender, reader } = await connect();
    const sent = native.sendFile(sender, taggedFile(1, size));
    const head = await take(reader, 1_000_000);
    for (let round = 0; round < 5; round++) {
      const { worker, reader: other } = await startWorker(sparseFile(2 ** 40), "a path");
      other.resume();
      await take(other, 1_000_000);
      await worker.terminate();
    }
    sender.end();
    expect(head.equals(content(1, 1_000_000))).toBe(true);
    expect(await received(reader)).toEqual({
      bytes: size - 1_000_000,
      sha256: sha256(content(1, size - 1_000_000, 1_000_000)),
      ended: true,
    });
    expect(await sent).toMatchObject({ bytes: size, path: "sendfile" });
  });

  test("workers send at the same time, each its own file", async () => {
    await Promise.all(
      [1, 2, 3, 4].map(async (tag) => {
        const { reader } = await startWorker(taggedFile(tag, size), "a descriptor");
        expect(await received(reader)).toMatchObject({ sha256: sha256(content(tag, size)) });
      }),
    );
  });
});
