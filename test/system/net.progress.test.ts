/** What a transfer tells while it runs: onProgress, and the socket's own idle timer. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import type { TransferProgress } from "zerocopy/net";
import { sparseFile, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, received, take } from "../support/sockets.ts";
import { inTime, rejection, until } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

/** Reads `size` bytes in fifty steps with a pause after each. */
async function readSlowly(reader: Socket, pauseMs: number): Promise<void> {
  for (let step = 0; step < 50; step++) {
    await take(reader, size / 50);
    await sleep(pauseMs);
  }
}

describeModes(({ sendFile, path }) => {
  test("onProgress grows, knows the total, and ends with the result's bytes", async () => {
    const { sender, reader } = await connect();
    const reports: TransferProgress[] = [];
    const sent = sendFile(sender, taggedFile(1, size), {
      onProgress: (progress) => reports.push(progress),
    });
    await readSlowly(reader, 12);
    expect(await sent).toMatchObject({ bytes: size, path });
    const bytes = reports.map((report) => report.bytes);
    expect(bytes.length).toBeGreaterThan(3);
    expect(bytes.length).toBeLessThan(100);
    expect(bytes).toEqual([...new Set(bytes)].toSorted((a, b) => a - b));
    expect(bytes.at(-1)).toBe(size);
    expect(new Set(reports.map(({ total }) => total))).toEqual(new Set([size]));
  });

  test("onProgress is called once for a small file, and for an empty one", async () => {
    const { sender } = await connect();
    const onProgress = vi.fn<(progress: TransferProgress) => void>();
    await sendFile(sender, taggedFile(2, 100), { onProgress, count: 10 });
    await sendFile(sender, taggedFile(3, 0), { onProgress, count: 10 });
    expect(onProgress.mock.calls).toEqual([
      [{ bytes: 10, total: 10 }],
      [{ bytes: 0, total: undefined }], // 0 may mean unknown, as for procfs
    ]);
  });

  test("onProgress has no total for a file that does not tell its size", async () => {
    const { sender } = await connect();
    const reports: TransferProgress[] = [];
    const { bytes } = await sendFile(sender, "/proc/self/status", {
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports.at(-1)).toEqual({ bytes, total: undefined });
  });

  test("an onProgress that throws in mid-transfer rejects with that, and is not called again", async () => {
    const { sender, reader } = await connect();
    const onProgress = vi.fn<() => void>(() => {
      throw new Error("from onProgress");
    });
    const sent = sendFile(sender, sparseFile(2 ** 36), { onProgress });
    const arrived = received(reader);
    expect(await rejection(sent)).toMatchObject({ message: "from onProgress" });
    expect(onProgress).toHaveBeenCalledTimes(1);
    expect(sender.destroyed).toBe(true);
    await inTime(arrived, "the reader to see the end");
  });

  test("an onProgress that throws at the end rejects too", async () => {
    const { sender } = await connect();
    const sent = sendFile(sender, taggedFile(2, 10), {
      onProgress: () => {
        throw new Error("from onProgress");
      },
    });
    await expect(sent).rejects.toThrow("from onProgress");
  });

  test("abort from onProgress ends the transfer", async () => {
    const { sender, reader } = await connect();
    reader.resume();
    const stop = new AbortController();
    const sent = sendFile(sender, sparseFile(2 ** 36), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(await rejection(sent)).toMatchObject({ code: "ABORT_ERR" });
  });

  test("setTimeout shorter than a transfer that moves does not fire", async () => {
    const { sender, reader } = await connect();
    const onTimeout = vi.fn<() => void>();
    sender.setTimeout(1500, onTimeout);
    const sent = sendFile(sender, taggedFile(1, size));
    await readSlowly(reader, 65); // more than two timeouts
    await sent;
    expect(onTimeout).not.toHaveBeenCalled();
  });

  test("setTimeout fires for a transfer that has stalled", async () => {
    const { sender } = await connect();
    const onTimeout = vi.fn<() => void>(() => sender.destroy());
    sender.setTimeout(150, onTimeout);
    const sent = sendFile(sender, taggedFile(1, size));
    expect(await rejection(sent)).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    await until(() => onTimeout.mock.calls.length === 1, "the timeout did not fire");
  });
});
