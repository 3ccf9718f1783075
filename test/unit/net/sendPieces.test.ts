import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { nativeAddon } from "../../../src/native/binding.ts";
import { Pieces } from "../../../src/net/pieces.ts";
import { sendPieces } from "../../../src/net/sendPieces.ts";
import "../../support/engine.ts";
import { leaveNothingOpen } from "../../support/resources.ts";
import { connect, take } from "../../support/sockets.ts";

leaveNothingOpen();

test("sendPieces sends nothing to a descriptor that is the socket's no more", async (context) => {
  if (!nativeAddon()) return context.skip("there is no native addon");
  const { sender, reader } = await connect();
  const { _handle: handle } = sender as unknown as { _handle: object };
  const socket = { _handle: handle as object | null };
  let sentNatively = 0;
  let written = 0;
  const sink = {
    socket: socket as unknown as Socket,
    turn: { intercepted: false, writeChunk: async () => {}, writeChunks: async () => {} },
    bytes: 0,
    check() {},
    moved: (bytes: number) => (sentNatively += bytes),
    // There is room again, and in the same moment somebody closes the socket.
    async write(windows: readonly Uint8Array[]) {
      if (socket._handle) await take(reader, sentNatively);
      socket._handle = null;
      for (const { length } of windows) written += length;
      for (const { length } of windows) sentNatively -= length; // `moved` counts these too
    },
  };
  const first = new Promise<number>((resolve) => {
    const { write } = sink;
    sink.write = (windows) => {
      resolve(sentNatively);
      sink.write = write;
      return write(windows);
    };
  });
  await sendPieces(sink, new Pieces([new Uint8Array(16e6)], "test"));
  expect({ sentNatively, written }).toEqual({
    sentNatively: await first,
    written: 16e6 - (await first),
  });
});
