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
import { AbortError, ValueError, ZeroCopyError, describe } from "../core/errors.ts";
import { addonState } from "../native/binding.ts";
import type { NativeAddon } from "../native/binding.ts";
import { countSent } from "../net/bytesWritten.ts";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { plainFd } from "../net/plainSocket.ts";
import { combine } from "../net/result.ts";
import type { TransferPath } from "../net/result.ts";
import { sendRange } from "../net/sendFile.ts";
import { byStream, closed } from "./byStream.ts";
import type { BodyFile, BodyOptions } from "./byStream.ts";
import { cutOff, guard, taken } from "./held.ts";
import {
  assignedSocket,
  endAfterBody,
  endFollowsBody,
  flushHead,
  framingObstacle,
  hasNoBody,
  isNext,
  isWritable,
  messageObstacle,
  partObstacle,
  renderHead,
  returnHead,
  takeHead,
  uncork,
} from "./message.ts";
import type { Message } from "./message.ts";
import { nothing, recorded } from "./report.ts";
import type { BodyResult } from "./report.ts";

export type { BodyFile, BodyOptions };

/** The longest body that is copied behind its head: ZC_REPLY_COPIED_BYTES of reply.h. */
const mostCopied = 64 * 1024;

/** Bodies shorter than this are copied behind their heads, which is quicker (bench http-1KiB). */
export const copiedBelow: number = Math.min(
  numberFrom(process.env["ZEROCOPY_THRESHOLD"], 32 * 1024),
  mostCopied + 1,
);

const noOptions: BodyOptions = { signal: undefined, onProgress: undefined, require: undefined };

/**
 * What has been sent when this returns is no promise. Throws, or rejects with, what `sendFile` of this
 * folder says.
 */
export function sendBody(
  message: Message,
  file: BodyFile,
  options: BodyOptions = noOptions,
): BodyResult | Promise<BodyResult> {
  if (options.signal?.aborted) throw new AbortError(options.signal.reason);
  const state = addonState();
  const endFollows = endFollowsBody(message, file.count);
  let obstacle = state.addon ? messageObstacle(message, endFollows) : state.reason;
  if (file.isUnsized) obstacle ??= "the file does not tell its size";
  if (obstacle === undefined) {
    if (!renderHead(message, file.count)) return nothing;
    // Who listens for the head to be written may have answered, or replaced something.
    if (message.writableEnded) throw endedEarly(message);
    obstacle = messageObstacle(message, endFollows) ?? framingObstacle(message, file.count);
  }
  if (obstacle !== undefined || !state.addon) {
    return undisturbed(message, () => byStream(message, file, options, obstacle!));
  }
  const threshold = options.require ? 0 : copiedBelow;
  const sent = isNext(message) ? atOnce(state.addon, message, file, threshold) : 0;
  const path = file.count < threshold ? "read-write" : "sendfile";
  if (sent < file.count) {
    return undisturbed(message, () => byEngine(message, file, { path, bytes: sent }, options));
  }
  if (options.onProgress) reportWhole(message, sent, options.onProgress);
  return recorded(combine([{ path, bytes: sent }]));
}

/**
 * Ends a response that is all head, of HEAD or 304. The head leaves by one call, so that the stream has
 * nothing to do (bench http-304).
 */
export function endWithHead(res: ServerResponse, status: number): void {
  res.writeHead(status);
  const { addon } = addonState();
  if (addon && hasNoBody(res) && messageObstacle(res) === undefined && isNext(res)) {
    atOnce(addon, res, { fd: 0, device: 0, offset: 0, count: 0 }, 0);
  }
  endAfterBody(res);
}

/** What others write to the body meanwhile would be taken for the next message. */
async function undisturbed(message: Message, send: () => Promise<BodyResult>): Promise<BodyResult> {
  const unguard = guard(message);
  try {
    return await send();
  } finally {
    unguard();
  }
}

function endedEarly(message: Message): ZeroCopyError {
  cutOff(message); // its head has promised the file
  return taken("a message that goes on", "one that has been ended with its head");
}

/**
 * Bytes of the body that have left. The head has too, or is on its way. Only for a message that is next
 * on its socket.
 */
export function atOnce(
  addon: NativeAddon,
  message: Message,
  file: BodyFile,
  threshold: number,
): number {
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

/** What `onProgress` throws fails what has been sent, as it does everywhere. */
function reportWhole(
  message: Message,
  bytes: number,
  onProgress: NonNullable<BodyOptions["onProgress"]>,
): void {
  try {
    onProgress({ bytes, total: bytes });
  } catch (error) {
    message.destroy();
    throw error;
  }
}

interface Part {
  readonly path: TransferPath;
  readonly bytes: number;
}

/** Its place in the order of writes is taken before this returns, if `message` has a socket. */
async function byEngine(
  message: Message,
  file: BodyFile,
  before: Part,
  options: BodyOptions,
): Promise<BodyResult> {
  let { socket } = message;
  try {
    flushHead(message);
    if (!socket) socket = (await assignedSocket(message, options.signal)) ?? null;
    if (options.signal?.aborted) throw new AbortError(options.signal.reason, before.bytes);
    if (!socket || !isWritable(message, socket)) throw closed(before.bytes);
    const sending = sendRest(socket, file, before, options);
    if (socket.writableCorked > 0) {
      // A `write()` of Node corks for one turn, and uncorks by itself.
      process.nextTick(uncork, message);
    }
    return recorded(await sending);
  } catch (error) {
    cutOff(message);
    socket?.destroy(); // the message may have been ended meanwhile, and have let go of it
    throw error;
  }
}

async function sendRest(
  socket: Socket,
  { fd, device, ...file }: BodyFile,
  before: Part,
  { onProgress, ...options }: BodyOptions,
): Promise<BodyResult> {
  let reason: string | undefined;
  const offset = file.offset + before.bytes;
  const count = file.count - before.bytes;
  const rest = await sendRange(
    socket,
    { fd, device, offset, count, size: offset + count },
    {
      ...options,
      onObstacle: (obstacle) => (reason = obstacle),
      onProgress:
        onProgress &&
        (({ bytes }) => onProgress({ bytes: before.bytes + bytes, total: file.count })),
    },
  );
  const paths = Object.entries(rest.paths ?? { [rest.path]: rest.bytes });
  const parts = paths.map(([path, bytes]) => ({ path: path as TransferPath, bytes }));
  const result = combine([before, ...parts]);
  return reason === undefined ? result : { ...result, reason };
}

/**
 * A range that is a part of a body: the head, with the length of the whole, has been rendered, and what
 * is before and behind it is written to `message`. Counts as a body.
 */
export function sendPart(message: Message, file: BodyFile): Promise<BodyResult> {
  const state = addonState();
  const obstacle = state.addon
    ? (messageObstacle(message, true) ?? partObstacle(message))
    : state.reason;
  if (obstacle !== undefined) return byStream(message, file, noOptions, obstacle);
  return byEngine(message, file, { path: "sendfile", bytes: 0 }, noOptions);
}

function numberFrom(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new ValueError(
    `Cannot read ZEROCOPY_THRESHOLD: wanted a number of bytes, found ${describe(text)}`,
  );
}
