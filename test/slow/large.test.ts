/** Files and offsets beyond 2 and 4 GiB, where 32 bits end. */
import fs from "node:fs";
import { expect, test } from "vitest";
import { sparseFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, take } from "../support/sockets.ts";

leaveNothingOpen();

const gibibyte = 2 ** 30;

describeModes(({ sendFile, path, copies }) => {
  test("sendFile delivers a file of 5 GiB", async () => {
    const { sender, reader } = await connect();
    let arrived = 0;
    reader.on("data", (chunk) => (arrived += chunk.length));
    const ended = new Promise((resolve) => reader.once("end", resolve));
    reader.resume();
    const sent = sendFile(sender, sparseFile(5 * gibibyte));
    sender.end();
    expect(await sent).toEqual({ bytes: 5 * gibibyte, path, copies });
    await ended;
    expect(arrived).toBe(5 * gibibyte);
  });

  test.each([2 ** 31 - 1, 2 ** 31, 0x7ffff000, 2 ** 32 - 1, 2 ** 32, 2 ** 40])(
    "sendFile reads around offset %d",
    async (offset) => {
      const file = sparseFile(offset + 10);
      const fd = fs.openSync(file, "r+");
      fs.writeSync(fd, "0123456789", offset);
      fs.closeSync(fd);
      const { sender, reader } = await connect();
      expect(await sendFile(sender, file, { offset: offset - 2 })).toMatchObject({
        bytes: 12,
        path,
      });
      expect(String(await take(reader, 12))).toBe("\0\x000123456789");
    },
  );
});
