/** What happens to a sendFile whose file changes under it. */
import fs from "node:fs";
import { expect, test, vi } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, received, receivedBytes, take } from "../support/sockets.ts";
import { inTime, rejection, untilFilesRest, untilStill } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

describeModes(({ sendFile, path }) => {
  /** A transfer that has begun and waits for its reader. */
  async function stalled(file: string) {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, file);
    sent.catch(() => {});
    const head = await take(reader, 100_000);
    await untilStill(() => reader.bytesRead, "the reader");
    return { sender, reader, sent, head };
  }

  test.each([0, size / 2])(
    "a file truncated to %i while it is sent destroys the socket, and never ends it",
    async (left) => {
      const file = taggedFile(1, size);
      const { sender, reader, sent } = await stalled(file);
      const finished = vi.fn<() => void>();
      sender.once("finish", finished);
      sender.end("never");
      fs.truncateSync(file, left);
      const { bytes } = await inTime(received(reader), "the reader to see the end");
      await expect(sent).rejects.toMatchObject({
        name: "ZeroCopyError",
        code: "ERR_FILE_TRUNCATED",
        bytes: bytes + 100_000,
      });
      expect(bytes + 100_000).toBeLessThan(size);
      expect(bytes + 100_000).toBeGreaterThanOrEqual(left);
      expect(sender.destroyed).toBe(true);
      expect(finished).not.toHaveBeenCalled();
    },
  );

  test("a file truncated before a byte of it has left rejects, and the socket stays usable", async () => {
    const file = taggedFile(2, size);
    const { sender, reader, sent: first } = await stalled(taggedFile(1, size));
    const sent = sendFile(sender, file);
    const failed = rejection(sent);
    await untilFilesRest(); // opened and measured
    fs.truncateSync(file, 0);
    sender.end("after");
    const arrived = await receivedBytes(reader);
    expect(arrived.subarray(size - 100_000).toString()).toBe("after");
    expect(await failed).toMatchObject({ code: "ERR_FILE_TRUNCATED", bytes: 0 });
    await first;
  });

  test("a file that grows is sent up to the size it had", async () => {
    const file = taggedFile(3, size);
    const { sender, reader, sent, head } = await stalled(file);
    fs.appendFileSync(file, "more");
    sender.end();
    const rest = await receivedBytes(reader);
    expect(sha256(Buffer.concat([head, rest]))).toBe(sha256(content(3, size)));
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test.each(["unlinked", "replaced by rename"])(
    "a file that is %s is sent as it was",
    async (change) => {
      const file = taggedFile(4, size);
      const { sender, reader, sent, head } = await stalled(file);
      if (change === "unlinked") fs.unlinkSync(file);
      else fs.renameSync(taggedFile(5, size), file);
      sender.end();
      const rest = await receivedBytes(reader);
      expect(sha256(Buffer.concat([head, rest]))).toBe(sha256(content(4, size)));
      expect(await sent).toMatchObject({ bytes: size, path });
    },
  );

  test("a range is sent to its end although the file lost what lies behind it", async () => {
    const file = taggedFile(6, size);
    const { sender, reader } = await connect();
    const count = size / 2;
    const sent = sendFile(sender, file, { count });
    const head = await take(reader, 100_000);
    fs.truncateSync(file, count);
    sender.end();
    const rest = await receivedBytes(reader);
    expect(sha256(Buffer.concat([head, rest]))).toBe(sha256(content(6, count)));
    expect(await sent).toMatchObject({ bytes: count, path });
  });
});
