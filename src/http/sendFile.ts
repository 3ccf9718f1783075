import type { ClientRequest, ServerResponse } from "node:http";
import { OutgoingMessage } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { AbortError, ValueError, invalidType } from "../core/errors.ts";
import { checkCount, checkFile, checkOptions } from "../net/checks.ts";
import { readAt } from "../net/readWrite.ts";
import { openSource } from "../net/source.ts";
import type { SendableFile, Source } from "../net/source.ts";
import type { TransferProgress } from "../net/transfer.ts";
import { sendBody } from "./body.ts";
import type { BodyFile, BodyOptions } from "./body.ts";
import { hold, release } from "./held.ts";
import { announcedLength, endAfterBody, hasNoBody, headHasLeft } from "./message.ts";
import type { Message } from "./message.ts";
import { openLocalAtOnce } from "./files/opened.ts";
import type { BodyResult } from "./report.ts";

export interface SendFileOptions {
  /** First byte of the file to send. Default 0; the file position is neither used nor moved. */
  readonly offset?: number;
  /** Bytes to send; fewer when the file ends first. Default: to the end of the file. */
  readonly count?: number;
  /** Ends the transfer early. After the head has left, that destroys the connection. */
  readonly signal?: AbortSignal;
  /** Called about every 50 ms while bytes move, and once at the end. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy. */
  readonly require?: "zero-copy";
}

const action = "send a file";

/**
 * Sends a file, or a range of it, as the body of an HTTP message, and ends the message. Status and
 * headers are yours; `Content-Length` is set when nothing says how long the body is.
 *
 * The body goes past the stream where that is safe: over plain HTTP/1, TCP or Unix socket, when the
 * message has its length and nobody has replaced `write`. (Somebody else's `end` is called behind the
 * body, as ever.) Anything else (TLS, HTTP/2, chunks, middleware that compresses, mocks) gets the same
 * bytes by `write()`, and `reason` in the result says why. Pipelined messages leave in their order;
 * `finish`, `close`, timeouts and keep-alive are those of a stream.
 *
 * The message belongs to the file until the promise settles: `write` throws, and `end()` takes effect
 * after it.
 *
 * *Copies:* none on Linux (`path: "sendfile"`). Two per byte where the kernel cannot, and of files
 * below 32 KiB, which are sooner copied behind the head than sent on their own (`"read-write"`).
 *
 * *Complexity:* O(count) in the kernel; constant memory. A small file that is in memory is found, sent
 * and closed before this returns. The event loop never waits for a disk or a reader.
 *
 * A file that becomes shorter while it is sent destroys the connection: the reader must not take
 * what arrived for the whole, nor the next message for its rest. So does an abort after the head has
 * left. A failure before leaves the message as it was: answer with an error of your own.
 *
 * Bytes still in the socket's queue are references to the page cache: changing the file in place
 * changes what arrives (sendfile(2) NOTES). Replace files by rename.
 *
 * @param message - a response, or a request of a client. Nothing of a body may have been sent, unless
 *   `Content-Length` says how much there is in all, or the message is chunked.
 * @param file - a path, a `FileHandle` or a file descriptor. The last two stay the caller's and may
 *   be closed at once: a duplicate is sent. (Without the native addon: keep them open.)
 * @returns when the socket has accepted the last byte, and the message has been ended.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `offset` or `count` is negative or too large; when `Content-Length` has
 *   been set to something else than the file has.
 * @throws {ZeroCopyError} ERR_BODY_TAKEN, ERR_SOCKET_CLOSED, ERR_NOT_REGULAR_FILE,
 *   ERR_FILE_TRUNCATED, ERR_ZERO_COPY_UNAVAILABLE.
 * @throws {AbortError} when `signal` aborts.
 * @throws the error of `open` (ENOENT, EACCES, …) or {@link OSError} of the socket (EPIPE, …).
 *
 * @example
 * ```ts
 * import http from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { sendFile } from "zerocopy/http";
 *
 * const server = http.createServer(async (req, res) => {
 *   res.setHeader("Content-Type", "application/octet-stream");
 *   const { bytes, path, copies } = await sendFile(res, process.execPath);
 *   console.log(`${bytes} bytes by ${path}, ${copies} copies per byte`);
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as AddressInfo;
 *   http.get({ port, agent: false }, (res) => res.resume().on("end", () => server.close()));
 * });
 * ```
 */
export async function sendFile(
  message: ServerResponse | ClientRequest | Http2ServerResponse,
  file: SendableFile,
  options: SendFileOptions = {},
): Promise<BodyResult> {
  checkMessage(message);
  checkFile(file, action);
  const common = checkOptions<TransferProgress>(options, action);
  const { offset = 0, count = Infinity } = options;
  checkCount("offset", offset, action);
  checkCount("count", options.count, action);
  if (common.signal?.aborted) throw new AbortError(common.signal.reason);
  hold(message);
  try {
    const source = openLocalAtOnce(file) ?? (await openSource(file));
    try {
      const result = await sendSource(message, source, { offset, count }, common);
      release(message);
      endAfterBody(message);
      return result;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (release(message) && !message.destroyed) message.end();
    throw error;
  }
}

async function sendSource(
  message: Message,
  source: Pick<Source, "fd" | "size" | "device">,
  { offset, count }: Pick<BodyFile, "offset" | "count">,
  options: BodyOptions,
): Promise<BodyResult> {
  const { fd, size, device } = source;
  if (size === 0 && (await hasContent(fd, offset))) {
    return sendBody(message, { fd, device, offset, count, isUnsized: true }, options);
  }
  const range = { offset, count: Math.min(count, Math.max(0, size - offset)) };
  checkLength(message, range.count);
  return sendBody(message, { ...range, fd, device }, options);
}

/** Files of procfs say that they are empty: only reading them tells. */
async function hasContent(fd: number, offset: number): Promise<boolean> {
  return (await readAt(fd, Buffer.alloc(1), offset)) > 0;
}

/** With another length the reader would take a part of this body for the next message, or wait for ever. */
function checkLength(message: Message, bodyBytes: number): void {
  const announced = announcedLength(message);
  if (announced === undefined || announced === bodyBytes) return;
  if (headHasLeft(message) || hasNoBody(message)) return; // some of the body may have left too
  throw new ValueError(
    `Cannot ${action}: wanted Content-Length to be that of the body, ${bodyBytes}, found ${announced}`,
  );
}

function checkMessage(message: unknown): asserts message is Message {
  if (message instanceof OutgoingMessage) return;
  if (typeof message === "object" && message !== null && "setHeader" in message) return;
  throw invalidType(action, "a ServerResponse or ClientRequest", message);
}
