/**
 * The other end: connects, reads everything into one buffer that it uses again, counts. It is the
 * same for every mechanism and is not measured itself.
 *
 * With the addon it sleeps until a batch has come, so that waking it is not what is measured
 * (native/src/sys/receive.h). Node's own receiver takes its place without the addon, and where
 * content is checked.
 */
import { createHash } from "node:crypto";
import net from "node:net";
import { nativeAddon } from "../../native/binding.ts";
import { errorCode } from "../../native/systemError.ts";
import { takeTask, tell } from "./messages.ts";
import type { Go, ReceiverTask } from "./messages.ts";

const bufferBytes = 1024 * 1024;

const task = takeTask() as ReceiverTask;

process.once("message", ({ port }: Go) => {
  const addon = nativeAddon();
  if (task.hash || !addon) return receive(port);
  const bytes = addon.receiveAll(port);
  if (bytes < 0) fail(errorCode(bytes));
  else tell({ type: "received", bytes, sha256: undefined });
});

function receive(port: number): void {
  const hash = task.hash ? createHash("sha256") : undefined;
  let bytes = 0;
  const socket = net.connect({
    port,
    host: "127.0.0.1",
    onread: {
      buffer: Buffer.allocUnsafeSlow(bufferBytes),
      callback: (count, buffer) => {
        bytes += count;
        hash?.update(buffer.subarray(0, count));
        return true;
      },
    },
  });
  socket.on("end", () => tell({ type: "received", bytes, sha256: hash?.digest("hex") }));
  socket.on("error", ({ message }) => fail(message));
}

function fail(message: string): void {
  tell({ type: "failure", message: `the receiver: ${message}` });
}
