import { expect, test } from "vitest";
import { readWrite } from "../../../src/net/readWrite.ts";
import { content, taggedFile } from "../../support/content.ts";
import { openFd } from "../../support/fds.ts";
import { leaveNothingOpen } from "../../support/resources.ts";

leaveNothingOpen();

const size = 700_000;

test("readWrite writes the range in order, one piece at a time, and reports each", async () => {
  const fd = openFd(taggedFile(1, size));
  const chunks: Buffer[] = [];
  const moved: number[] = [];
  let busy = false;
  const total = await readWrite({
    fd,
    offset: 11,
    count: 600_000,
    writeChunk: async (chunk) => {
      expect(busy).toBe(false);
      busy = true;
      chunks.push(Buffer.from(chunk)); // the buffer is used again for the next piece
      await new Promise(setImmediate);
      busy = false;
    },
    onMoved: (bytes) => moved.push(bytes),
  });
  expect(total).toBe(600_000);
  expect(Buffer.concat(chunks).equals(content(1, 600_000, 11))).toBe(true);
  expect(moved).toEqual([262_144, 524_288, 600_000]);
});

test.each([Infinity, size + 1])(
  "readWrite of %d bytes stops at the end of the file",
  async (count) => {
    const fd = openFd(taggedFile(1, size));
    const request = { fd, offset: 0, count, writeChunk: async () => {}, onMoved: () => {} };
    expect(await readWrite(request)).toBe(size);
  },
);

test("readWrite ends with what onMoved throws, and writes no more", async () => {
  let writes = 0;
  const sending = readWrite({
    fd: openFd(taggedFile(1, size)),
    offset: 0,
    count: size,
    writeChunk: async () => void writes++,
    onMoved: () => {
      throw new Error("stop");
    },
  });
  await expect(sending).rejects.toThrow("stop");
  expect(writes).toBe(1);
});

test("readWrite rejects with the error of the read or of the write", async () => {
  const request = { offset: 0, count: 1, onMoved: () => {} };
  const broken = readWrite({ ...request, fd: 999_999, writeChunk: async () => {} });
  await expect(broken).rejects.toMatchObject({ code: "EBADF" });
  const refused = readWrite({
    ...request,
    fd: openFd(taggedFile(1, size)),
    writeChunk: async () => {
      throw new Error("refused");
    },
  });
  await expect(refused).rejects.toThrow("refused");
});
