/**
 * The one way by which a range of a file becomes the body of a message.
 *
 *     obstacle? ── yes ──▶ byStream: read, write(), as anybody would
 *        │ no
 *     at once: head and body in one or two calls, as far as neither disk nor reader has to be waited for
 *        │ something left
 *     by the engine of zerocopy/net, in the order of the socket's writes
 *
 * The descriptor is the caller's and stays open until the result is there. The message is not ended.
 * A failure before the head has left leaves the message as it was, but for its rendered head; after
 * it the connection is destroyed: what arrived must not be taken for the whole.
 */
import fs from "node:fs";
import { AbortError, ValueError, ZeroCopyError, describe } from "../core/errors.ts";
import { addonState } from "../native/binding.ts";
import type { NativeAddon } from "../native/binding.ts";
import { countSent } from "../net/bytesWritten.ts";
import type { CommonOptions } from "../net/checks.ts";
import { plainFd } from "../net/plainSocket.ts";
import { combine } from "../net/result.ts";
import type { TransferPath } from "../net/result.ts";
import { sendRange } from "../net/sendFile.ts";
import type { TransferProgress } from "../net/transfer.ts";
import {
  assignedSocket,
  flushHead,
  framingObstacle,
  isNext,
  messageObstacle,
  renderHead,
  returnHead,
  takeHead,
} from "./message.ts";
import type { Message } from "./message.ts";
import { recorded } from "./report.ts";
import type { BodyResult } from "./report.ts";

/** A range that a regular file has. */
export interface BodyFile {
  readonly fd: number;
  /** `st_dev`, by which is known whether its file system may be read on this thread. */
  readonly device: number;
  readonly offset: number;
  readonly count: number;
}

export type BodyOptions = CommonOptions<TransferProgress>;

/** Bodies shorter than this are copied behind their heads, which is quicker (bench http-1KiB). */
const copiedBelow = numberFrom(process.env["ZEROCOPY_THRESHOLD"], 32 * 1024);

const noOptions: BodyOptions = { signal: undefined, onProgress: undefined, require: undefined };

/** What has been sent when this returns is no promise. */
export function sendBody(
  message: Message,
  file: BodyFile,
  options: BodyOptions = noOptions,
): BodyResult | Promise<BodyResult> {
  const state = addonState();
  let obstacle = state.addon ? messageObstacle(message) : state.reason;
  if (obstacle === undefined) {
    if (!renderHead(message, file.count)) return { bytes: 0, path: "sendfile", copies: 0 };
    obstacle = framingObstacle(message, file.count);
  }
  if (obstacle !== undefined || !state.addon) return byStream(message, file, options, obstacle!);
  const threshold = options.require ? 0 : copiedBelow;
  const sent = isNext(message) ? atOnce(state.addon, message, file, threshold) : 0;
  const path = file.count < threshold ? "read-write" : "sendfile";
  if (sent === file.count) {
    options.onProgress?.({ bytes: sent, total: sent });
    return recorded(combine([{ path, bytes: sent }]));
  }
  return byEngine(message, file, { path, bytes: sent }, options);
}

/** Bytes of the body that have left. The head has too, or is on its way. */
function atOnce(addon: NativeAddon, message: Message, file: BodyFile, threshold: number): number {
  const socket = message.socket!;
  const head = takeHead(message);
  const { fd, offset, count, device } = file;
  const sent = addon.sendReply(plainFd(socket)!, head, fd, offset, count, device, threshold);
  if (sent <= 0) {
    returnHead(message, head);
    return 0;
  }
  countSent(socket, sent);
  if (sent < head.length) socket.write(head.slice(sent), "latin1");
  return Math.max(0, sent - head.length);
}

async function byEngine(
  message: Message,
  file: BodyFile,
  before: { path: TransferPath; bytes: number },
  options: BodyOptions,
): Promise<BodyResult> {
  const { onProgress } = options;
  flushHead(message);
  try {
    const socket = await assignedSocket(message);
    if (!socket) throw closed(before.bytes);
    const offset = file.offset + before.bytes;
    const count = file.count - before.bytes;
    const range = { fd: file.fd, device: file.device, offset, count, size: offset + count };
    const rest = await sendRange(socket, range, {
      ...options,
      onProgress:
        onProgress &&
        (({ bytes }) => onProgress({ bytes: before.bytes + bytes, total: file.count })),
    });
    const paths = Object.entries(rest.paths ?? { [rest.path]: rest.bytes });
    const parts = paths.map(([path, bytes]) => ({ path: path as TransferPath, bytes }));
    return recorded(combine([before, ...parts]));
  } catch (error) {
    message.destroy();
    throw error;
  }
}

function closed(bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot send a file: the connection was closed after ${bytes} bytes of it`,
    { bytes },
  );
}

// By the stream of the message.

/** As much as `fs.createReadStream` reads at a time, so that chunked bodies have the same chunks. */
const chunkBytes = 64 * 1024;

async function byStream(
  message: Message,
  file: BodyFile,
  { signal, onProgress, require }: BodyOptions,
  reason: string,
): Promise<BodyResult> {
  if (require) {
    throw new ZeroCopyError(
      "ERR_ZERO_COPY_UNAVAILABLE",
      `Cannot send a file: wanted zero-copy, found that ${reason}`,
    );
  }
  if (!message.headersSent && !message.hasHeader("Content-Length")) {
    if (!message.hasHeader("Transfer-Encoding")) message.setHeader("Content-Length", file.count);
  }
  let bytes = 0;
  try {
    while (bytes < file.count) {
      const chunk = await readAt(file, bytes);
      if (signal?.aborted) throw new AbortError(signal.reason, bytes);
      if (message.destroyed) throw closed(bytes);
      if (chunk.length === 0) throw truncated(file.count, bytes);
      bytes += chunk.length;
      if (!message.write(chunk)) await drained(message, signal);
      onProgress?.({ bytes, total: file.count });
    }
  } catch (error) {
    if (bytes > 0) message.destroy();
    throw error;
  }
  return recorded({ ...combine([{ path: "read-write", bytes }]), reason });
}

/** A new buffer for each chunk: whoever has replaced `write` may keep it. */
function readAt({ fd, offset, count }: BodyFile, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, count - bytes));
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, offset + bytes, (error, found) =>
      error ? reject(error) : resolve(buffer.subarray(0, found)),
    );
  });
}

function drained(message: Message, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      message.off("drain", done).off("close", done).off("error", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    message.once("drain", done).once("close", done).once("error", done);
    signal?.addEventListener("abort", done, { once: true });
    if (message.destroyed) done();
  });
}

function truncated(wanted: number, bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_FILE_TRUNCATED",
    `Cannot send a file: wanted ${wanted} bytes, found that it became shorter after ${bytes}`,
    { bytes },
  );
}

function numberFrom(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new ValueError(
    `Cannot read ZEROCOPY_THRESHOLD: wanted a number of bytes, found ${describe(text)}`,
  );
}
