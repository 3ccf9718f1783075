/** Whatever is called on a socket, in whatever order: what arrives is what a list of bytes would hold. */
import type { Socket } from "node:net";
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import type { Mode } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, receivedBytes } from "../support/sockets.ts";

leaveNothingOpen();

const fileSize = 1_500_000;

type Step =
  | { do: "write"; bytes: Buffer }
  | { do: "write text"; text: string; encoding: BufferEncoding }
  | { do: "cork" | "uncork" | "turn" }
  | { do: "send"; offset: number; count: number; wait: boolean };

const size = fc.oneof(fc.nat(10), fc.nat(70_000), fc.nat(fileSize + 10));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.nat(70_000).map((length): Step => ({ do: "write", bytes: content(length % 7, length) })),
  fc.record({
    do: fc.constant("write text" as const),
    text: fc.string({ maxLength: 50, unit: "binary" }),
    encoding: fc.constantFrom<BufferEncoding>("utf8", "utf16le"),
  }),
  fc.constantFrom<Step>({ do: "cork" }, { do: "uncork" }, { do: "turn" }),
  fc.record({
    do: fc.constant("send" as const),
    offset: size,
    count: size,
    wait: fc.boolean(),
  }),
);

/** Does the steps; what a reader must get, and the results that were wrong. */
async function perform(
  steps: readonly Step[],
  socket: Socket,
  sendFile: Mode["sendFile"],
  file: string,
): Promise<{ wanted: Buffer; unexpected: Promise<unknown[]> }> {
  const wanted: Buffer[] = [];
  const sent: Promise<unknown>[] = [];
  for (const one of steps) {
    if (one.do === "write") {
      socket.write(one.bytes);
      wanted.push(one.bytes);
    } else if (one.do === "write text") {
      socket.write(one.text, one.encoding);
      wanted.push(Buffer.from(one.text, one.encoding));
    } else if (one.do === "send") {
      const count = Math.min(one.count, Math.max(0, fileSize - one.offset));
      const sending = sendFile(socket, file, { offset: one.offset, count: one.count });
      sent.push(sending.then(({ bytes }) => (bytes === count ? [] : [bytes, count])));
      wanted.push(content(99, count, one.offset));
      if (one.wait && !socket.writableCorked) await sending;
    } else if (one.do === "turn") {
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      socket[one.do]();
    }
  }
  socket.end(); // uncorks
  const unexpected = Promise.all(sent).then((results) => results.flat());
  return { wanted: Buffer.concat(wanted), unexpected };
}

describeModes(({ sendFile, path }) => {
  let file = "";
  beforeEach(() => {
    file = taggedFile(99, fileSize);
  });

  test(
    "writes, corks and sendFile in any order arrive as the model says",
    { timeout: 60_000 },
    async () => {
      const runs = fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.constantFrom(...kinds),
        async (steps, kind) => {
          const { sender, reader } = await connect(kind);
          const arrived = receivedBytes(reader);
          const { wanted, unexpected } = await perform(steps, sender, sendFile, file);
          const found = await arrived;
          expect(found.length).toBe(wanted.length);
          expect(sha256(found)).toBe(sha256(wanted));
          expect(await unexpected).toEqual([]);
        },
      );
      await fc.assert(runs, { numRuns: path === "sendfile" ? 150 : 50 });
    },
  );
});
