/**
 * What a file stream does when it is asked for its bytes. Everything real is there by then: its
 * descriptor, the one pipe, whoever listens. If nobody could tell the difference, the bytes are sent past
 * it, and the stream is told that it has read to the end.
 *
 *     _read ─▶ not into a connection, or somebody could tell ─▶ Node's own
 *           ─▶ in memory, and all of it leaves at once ───────▶ the end
 *           ─▶ otherwise ─▶ streamSending.ts ─▶ Node's own, from there
 *
 * `zerocopy/register` puts it into all file streams, `send` into its own.
 */
import fs from "node:fs";
import type { ReadStream } from "node:fs";
import { OutgoingMessage } from "node:http";
import { Socket } from "node:net";
import { RWF_NOWAIT } from "../../os/constants.ts";
import { addonState } from "../../native/binding.ts";
import type { NativeAddon } from "../../native/binding.ts";
import { countSent } from "../../net/bytesWritten.ts";
import { plainFd } from "../../net/plainSocket.ts";
import { atOnce, copiedBelow } from "../body.ts";
import type { BodyFile } from "../body.ts";
import { hasBody, headHasLeft, isIdle, isNext, renderHeadAsWritten } from "../message.ts";
import { PartCount } from "../report.ts";
import { Sending } from "./streamSending.ts";
import {
  advance,
  isUpToDate,
  onlyTarget,
  placeOf,
  readFromHere,
  streamObstacle,
} from "./readStream.ts";
import { isConnection, targetObstacle } from "./streamTarget.ts";
import type { Target } from "./streamTarget.ts";

/** What is known of a stream that is, or was, piped into a connection. */
interface Body {
  readonly count: PartCount;
  /** Of `bytesRead`, what has been counted. */
  counted: number;
  /** Why the stream reads; the last reason stays. */
  reason: string | undefined;
  /** It reads to its end. */
  isGivenUp: boolean;
  /** To HEAD, 204 and 304: Node reads the file and drops it. */
  goesNowhere: boolean;
  sending: Sending | undefined;
}

const bodies = new WeakMap<ReadStream, Body>();
const mark = Symbol.for("zerocopy.register");

let readOfNode: ReadStream["_read"] = fs.ReadStream.prototype._read;

/** Puts it into all file streams. False when that had been done, perhaps by another copy of this package. */
export function install(): boolean {
  const { prototype } = fs.ReadStream;
  if (mark in prototype._read) return false;
  readOfNode = prototype._read;
  const replacement = function (this: ReadStream, size: number): void {
    readOrSend(this, size);
  };
  prototype._read = Object.assign(replacement, { [mark]: true });
  return true;
}

/** In the place of `stream._read(size)`. */
export function readOrSend(stream: ReadStream, size: number): void {
  const target = onlyTarget(stream);
  let body = bodies.get(stream);
  if (body === undefined) {
    if (!isConnection(target)) return readOfNode.call(stream, size);
    body = newBody(stream);
    bodies.set(stream, body);
  }
  countRead(stream, body);
  // Somebody has pushed bytes, so it is asked for more. The sending will end in a read.
  if (body.sending) return body.sending.cancel("something was pushed into the file stream");
  if (body.isGivenUp || !isConnection(target) || !wasSent(stream, body, target)) {
    readOfNode.call(stream, size);
  }
}

function newBody({ bytesRead }: ReadStream): Body {
  return {
    count: new PartCount(),
    counted: bytesRead,
    reason: undefined,
    isGivenUp: false,
    goesNowhere: false,
    sending: undefined,
  };
}

/** What has come by Node's own reads, since it was asked for the last time. */
function countRead(stream: ReadStream, body: Body): void {
  const bytes = stream.bytesRead - body.counted;
  body.counted = stream.bytesRead;
  if (bytes > 0 && !body.goesNowhere) body.count.add("read-write", bytes, body.reason);
}

/** Whether the stream is, or will be, told of its end or its rest; otherwise it has to read now. */
function wasSent(stream: ReadStream, body: Body, target: Target): boolean {
  const state = addonState();
  const obstacle = state.addon ? (streamObstacle(stream) ?? targetObstacle(target)) : state.reason;
  if (obstacle !== undefined || !state.addon) return giveUp(body, obstacle);
  if (!isUpToDate(stream)) return later(body, "it had been read before it was piped");
  return sendFrom(state.addon, stream, body, target);
}

function sendFrom(addon: NativeAddon, stream: ReadStream, body: Body, target: Target): boolean {
  const { fd, offset, end } = placeOf(stream);
  if (end <= offset) return false;
  const found = nextByte(addon, fd, offset);
  if (found === "unknown") {
    // If it cannot be read, then nothing of the head may have left.
    if (!(target instanceof Socket) && !headHasLeft(target)) {
      return later(body, "its first bytes were not in memory");
    }
    return engage(addon, stream, body, { target, stats: undefined });
  }
  if (found === "never") return giveUp(body, "it is no regular file");
  if (found === "end") return false;
  const stats = fs.fstatSync(fd);
  const count = Math.min(end, stats.size) - offset;
  if (!stats.isFile()) return giveUp(body, "it is no regular file");
  if (count <= 0) return false;

  const obstacle = target instanceof Socket ? undefined : renderHeadAsWritten(target);
  if (!leavesBody(body, target)) return giveUp(body, undefined);
  if (obstacle !== undefined) return giveUp(body, obstacle);
  const sent = sendAtOnce(addon, target, { fd, device: stats.dev, offset, count });
  if (sent > 0) {
    advance(stream, sent);
    body.counted = stream.bytesRead;
    body.count.add(count < copiedBelow ? "read-write" : "sendfile", sent);
  }
  if (sent < count) return engage(addon, stream, body, { target, stats });
  stream.push(null);
  return true;
}

function leavesBody(body: Body, target: Target): boolean {
  body.goesNowhere = target instanceof OutgoingMessage && !hasBody(target);
  return !body.goesNowhere;
}

const oneByte = [new Uint8Array(1)];
const again = -11; // EAGAIN
const notSupported = -95; // EOPNOTSUPP: nobody can tell

/**
 * What the next byte is: in memory, behind the end, of something that cannot be read at a place. Never
 * waits: of file systems that might have to it is "unknown".
 */
function nextByte(
  addon: NativeAddon,
  fd: number,
  offset: number,
): "here" | "end" | "never" | "unknown" {
  const found = addon.preadv(fd, oneByte, offset, RWF_NOWAIT);
  if (found === again || found === notSupported) return "unknown";
  if (found < 0) return "never";
  return found === 1 ? "here" : "end";
}

function sendAtOnce(addon: NativeAddon, target: Target, file: BodyFile): number {
  if (!(target instanceof Socket)) {
    return isNext(target) ? atOnce(addon, target, file, copiedBelow) : 0;
  }
  const socketFd = isIdle(target) ? plainFd(target) : undefined;
  if (socketFd === undefined) return 0;
  const { fd, offset, count, device } = file;
  const sent = addon.sendReply(socketFd, "", fd, offset, count, device, copiedBelow);
  if (sent > 0) countSent(target, sent);
  return Math.max(0, sent);
}

/** Hands over to the engine. */
function engage(
  addon: NativeAddon,
  stream: ReadStream,
  body: Body,
  { target, stats }: { target: Target; stats: fs.Stats | undefined },
): boolean {
  body.sending = new Sending({
    ...{ addon, stream, target, stats, count: body.count },
    giveBack(reason) {
      body.sending = undefined;
      body.counted = stream.bytesRead;
      giveUp(body, reason ?? "it had become longer");
      readFromHere(stream);
      readOfNode.call(stream, stream.readableHighWaterMark);
    },
  });
  return true;
}

function giveUp(body: Body, reason: string | undefined): false {
  body.isGivenUp = true;
  return later(body, reason);
}

function later(body: Body, reason: string | undefined): false {
  body.reason = reason;
  return false;
}
