/**
 * The other end: connects, reads everything into one buffer that it uses again, counts. It is the
 * same for every mechanism and is not measured itself.
 *
 * With the addon it sleeps until a batch has come, so that waking it is not what is measured
 * (native/src/sys/receive.h). Node's own receiver takes its place without the addon, where content is
 * checked, and where it has to be slow.
 */
import { createHash } from "node:crypto";
import net from "node:net";
import { nativeAddon } from "../../native/binding.ts";
import { errorCode } from "../../native/systemError.ts";
import { takeTask, tell } from "./messages.ts";
import type { Go, ReceiverMessage, ReceiverTask } from "./messages.ts";

const bufferBytes = 1024 * 1024;
/** A slow reader takes a transfer in this time, a piece now and then. */
const slowMs = 1000;
const pieces = 50;

const task = takeTask() as ReceiverTask;
const pieceBytes = Math.ceil(task.bytes / pieces);

process.once("message", ({ port }: Go) => {
  const addon = nativeAddon();
  if (addon && !task.hash && !task.slow) receiveNatively(addon.receiveAll(port, task.connections));
  else receive(port).catch((error: unknown) => fail((error as Error).message));
});

function receiveNatively(bytes: number): void {
  if (bytes < 0) fail(errorCode(bytes));
  else tell({ type: "received", bytes, sha256: undefined } satisfies ReceiverMessage);
}

async function receive(port: number): Promise<void> {
  const connections = Array.from({ length: task.connections }, () => receiveOne(port));
  const all = await Promise.all(connections);
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  tell({ type: "received", bytes, sha256: all.at(-1)?.sha256 } satisfies ReceiverMessage);
}

function receiveOne(port: number): Promise<{ bytes: number; sha256: string | undefined }> {
  const hash = task.hash ? createHash("sha256") : undefined;
  let bytes = 0;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      port,
      host: "127.0.0.1",
      onread: {
        buffer: Buffer.allocUnsafeSlow(task.slow ? Math.min(pieceBytes, bufferBytes) : bufferBytes),
        callback: (count, buffer) => {
          bytes += count;
          hash?.update(buffer.subarray(0, count));
          if (!task.slow) return true;
          const dueMs = started + (bytes / task.bytes) * slowMs - performance.now();
          setTimeout(() => socket.resume(), Math.max(0, dueMs));
          return false;
        },
      },
    });
    socket.on("end", () => resolve({ bytes, sha256: hash?.digest("hex") }));
    socket.on("error", reject);
  });
}

function fail(message: string): void {
  tell({ type: "failure", message: `the receiver: ${message}` } satisfies ReceiverMessage);
}
