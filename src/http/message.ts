/**
 * What of Node's HTTP messages has no public name: whether one may be sent past its stream, its head
 * before it has left, and whether everything before it has. The only file that looks inside one;
 * what it looks at is alike in Node 20 to 26 (`test/slow/drivers/httpBodies.mjs` would tell a change).
 */
import { OutgoingMessage, validateHeaderName, validateHeaderValue } from "node:http";
import type { ClientRequest, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { Writable } from "node:stream";
import { heldWays } from "./held.ts";
import { plainFd } from "../net/plainSocket.ts";
import { hearClose } from "./ends.ts";

/** A response of a server, or a request of a client. */
export type Message = ServerResponse | ClientRequest;

type Send = (data: string, encoding: "latin1") => boolean;

interface Internals {
  readonly _hasBody?: boolean;
  readonly _header: string | null;
  readonly _contentLength: number | null;
  readonly _trailer: string;
  readonly chunkedEncoding: boolean;
  readonly useChunkedEncodingByDefault: boolean;
  readonly outputData: readonly unknown[];
  readonly strictContentLength?: boolean;
  readonly _send: Send;
  readonly _writeRaw: unknown;
  _headerSent: boolean;
  _implicitHeader(): void;
}

function inside(message: Message): Internals {
  return message as unknown as Internals;
}

/** Through these every byte of a message goes: whoever has replaced one wants to see them. */
const { write, end } = OutgoingMessage.prototype;
const { _send, _writeRaw } = OutgoingMessage.prototype as unknown as Internals;

/** Counted by Node only for `strictContentLength`. */
const writtenBytes = Object.getOwnPropertySymbols(new OutgoingMessage()).find(
  ({ description }) => description === "kBytesWritten",
);

/**
 * Why the body cannot be sent past the stream of `message`; undefined when it can. Somebody else's `end()`
 * is none where it is called as it is, behind the whole body: `endFollows`.
 */
export function messageObstacle(message: Message, endFollows = false): string | undefined {
  if (!(message instanceof OutgoingMessage)) return "the message is not one of node:http";
  const ways = heldWays(message);
  if (ways.write !== write) return "write() of the message has been replaced";
  if (ways.end !== end && !endFollows) return "end() of the message has been replaced";
  const { _send: send, _writeRaw: writeRaw } = inside(message);
  if (send !== _send || writeRaw !== _writeRaw) return "_send() of the message has been replaced";
  const { socket } = message;
  return socket ? socketObstacle(socket) : undefined;
}

/** Why nothing can be sent past the stream of `socket`, as far as can be told now. */
export function socketObstacle(socket: Socket): string | undefined {
  if (!(socket instanceof Socket)) return "the connection is not a net.Socket";
  if ("encrypted" in socket && socket.encrypted) return "the connection is encrypted by TLS";
  if (socket.write !== Writable.prototype.write) return "write() of the socket has been replaced";
  if (socket.connecting || socket.destroyed) return undefined;
  if (plainFd(socket) === undefined) return "the socket is neither TCP nor a Unix socket";
  return undefined;
}

/**
 * Whether a replaced `end()`, as that of express-session, finds what it would find behind a stream: head and body
 * written, nothing given to it. Without a body it would have the head to itself, and may want to set headers;
 * and `strictContentLength` would count in it, whenever it ends the message, what nobody has written.
 */
export function endFollowsBody(message: Message, bodyBytes: number): boolean {
  return bodyBytes > 0 && !hasNoBody(message) && !inside(message).strictContentLength;
}

/** Whether the message is one that ends with its head: RFC 9110 §6.4.1, as far as Node holds to it. */
export function hasNoBody(message: Message): boolean {
  if (inside(message)._hasBody === false) return true;
  if (!("statusCode" in message)) return false;
  const { statusCode, req } = message;
  return req?.method === "HEAD" || statusCode === 204 || statusCode === 304 || statusCode < 200;
}

/** Says how long the body is, if nothing says it. True when it was this that said it. */
export function announceLength(message: Message, bodyBytes: number): boolean {
  if (message.hasHeader("Content-Length") || message.hasHeader("Transfer-Encoding")) return false;
  // Of a message that can have no body none is said: RFC 9110 §8.6.
  if ("statusCode" in message && (message.statusCode === 204 || message.statusCode < 200))
    return false;
  // Trailers can only follow chunks: RFC 9112 §7.1.2.
  if (message.hasHeader("Trailer") || inside(message)._trailer) return false;
  message.setHeader("Content-Length", bodyBytes);
  return true;
}

/**
 * Renders the head, with the length of the body if it says none. False when there is no body: of HEAD,
 * 204 and 304.
 */
export function renderHead(message: Message, bodyBytes: number): boolean {
  if (inside(message)._header === null) {
    announceLength(message, bodyBytes);
    inside(message)._implicitHeader();
  }
  return hasBody(message);
}

/** The length that the head, rendered or not, has promised. */
export function announcedLength(message: Message): number | undefined {
  const { _header: head, _contentLength: announced } = inside(message);
  if (typeof head === "string") return announced ?? undefined;
  const header = message.getHeader("Content-Length");
  return header === undefined ? undefined : Number(header);
}

/**
 * Renders the head as the first `write()` would, which knows nothing of the length, and says why the
 * body cannot follow it past the stream; undefined when it can. Does nothing that writing would not do.
 */
export function renderHeadAsWritten(message: Message): string | undefined {
  const fields = inside(message);
  if (fields.strictContentLength) return counted;
  if (fields._header === null) {
    if (message.hasHeader("Transfer-Encoding")) return chunked;
    const willBeChunked = fields.useChunkedEncodingByDefault; // not for HTTP/1.0
    if (willBeChunked && !message.hasHeader("Content-Length")) return chunked;
    fields._implicitHeader();
  }
  return fields.chunkedEncoding ? chunked : undefined;
}

const chunked = "the message is chunked, because it has no Content-Length";

/** Where Node keeps headers until they are rendered: `[name, value]` by their names in lower case. */
const outHeaders = Object.getOwnPropertySymbols(new OutgoingMessage()).find(
  ({ description }) => description === "kOutHeaders",
);
const { setHeader } = OutgoingMessage.prototype;

/** What `setHeader` would keep. With a prototype, though an empty one, it is quicker to make and to walk. */
class Headers {
  [key: string]: [name: string, value: string | number];
}
Object.setPrototypeOf(Headers.prototype, null);
Reflect.deleteProperty(Headers.prototype, "constructor");

/** Headers that many messages carry, looked at once. */
export class PreparedHeaders {
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly #keys: readonly string[];

  /** @throws {TypeError} as `setHeader` does. */
  constructor(headers: readonly (readonly [name: string, value: string])[]) {
    for (const [name, value] of headers) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    this.names = headers.map(([name]) => name);
    this.values = headers.map(([, value]) => value);
    this.#keys = this.names.map((name) => name.toLowerCase());
  }

  /**
   * Sets the first `count`, and the length of the body. True when `message` had no headers, which is
   * when it can be done: otherwise nothing has been. Costs a third of `setHeader` (bench http-304).
   */
  setAlone(message: Message, count: number, bodyBytes: number | undefined): boolean {
    if (outHeaders === undefined || message.setHeader !== setHeader) return false;
    const kept = message as unknown as Record<symbol, Headers | null>;
    if (kept[outHeaders] !== null || inside(message)._header !== null) return false;
    const headers = new Headers();
    for (let index = 0; index < count; index++) {
      headers[this.#keys[index]!] = [this.names[index]!, this.values[index]!];
    }
    if (bodyBytes !== undefined) headers["content-length"] = ["Content-Length", bodyBytes];
    kept[outHeaders] = headers;
    return true;
  }
}

/** Whether a body follows the head: not that of HEAD, nor, when it has been rendered, of 204 and 304. */
export function hasBody(message: Message): boolean {
  return inside(message)._hasBody !== false;
}

/** Why a body of this length does not fit the head that has been rendered; undefined when it does. */
export function framingObstacle(message: Message, bodyBytes: number): string | undefined {
  const { chunkedEncoding, _contentLength: announced, strictContentLength } = inside(message);
  if (chunkedEncoding) return chunked;
  if (typeof announced === "number" && announced !== bodyBytes) {
    return "Content-Length is not the length of the body";
  }
  if (strictContentLength && countedByNode(message) > 0) {
    return "a part of the body has been written already";
  }
  return undefined;
}

/** Why bytes between others that are written cannot go past the stream, once the head has been rendered. */
export function partObstacle(message: Message): string | undefined {
  const { chunkedEncoding, strictContentLength } = inside(message);
  if (chunkedEncoding) return chunked;
  return strictContentLength ? counted : undefined;
}

const counted = "strictContentLength counts what is written";

function countedByNode(message: Message): number {
  const counts = message as unknown as Record<symbol, number | undefined>;
  return writtenBytes === undefined ? 0 : (counts[writtenBytes] ?? 0);
}

export interface SocketInside extends Socket {
  readonly _httpMessage?: unknown;
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** Whether what is sent on the socket now would follow all that was written, and nothing else would. */
export function isNext(message: Message): boolean {
  const socket: SocketInside | null = message.socket;
  return (
    socket !== null &&
    socket._httpMessage === message &&
    inside(message).outputData.length === 0 &&
    isIdle(socket)
  );
}

/** Whether all that was written to the socket has left, and it could take more. */
export function isIdle(socket: SocketInside): boolean {
  return (
    !socket.connecting &&
    !socket.destroyed &&
    socket.writable &&
    socket.writableLength === 0 &&
    socket.writableCorked === 0 &&
    socket._handle?.writeQueueSize === 0 &&
    socket._write === Socket.prototype._write // also: no other transfer has or awaits its turn
  );
}

/** Sends the rendered head, if it has not left. As `write()` does, and not by `flushHeaders()`: that encodes as UTF-8. */
export function flushHead(message: Message): void {
  if (!inside(message)._headerSent) inside(message)._send("", "latin1");
}

/** Whether anything of the head has left, so that no other can take its place. */
export function headHasLeft(message: Message): boolean {
  return inside(message)._headerSent ?? message.headersSent;
}

/** The connection of a response, which may not have its turn on it yet. */
export function connectionOf(message: Message): Socket | undefined {
  const { socket } = ("req" in message ? message.req : message) as { socket?: unknown };
  return socket instanceof Socket ? socket : undefined;
}

/**
 * The socket of `message` when its turn has come: pipelined responses wait for those before them.
 * Undefined when the connection has been closed instead, or `signal` aborts.
 */
export function assignedSocket(
  message: Message,
  signal: AbortSignal | undefined,
): Promise<Socket | undefined> {
  const connection = connectionOf(message);
  return new Promise((resolve) => {
    const done = (socket?: Socket): void => {
      message.off("socket", onSocket).off("close", onClose);
      unheard?.();
      signal?.removeEventListener("abort", onClose);
      resolve(socket);
    };
    // What has been queued in the message is written right after this event: then it is our turn.
    const onSocket = (socket: Socket): void => process.nextTick(done, socket);
    const onClose = (): void => done();
    message.once("socket", onSocket).once("close", onClose);
    const unheard = connection && hearClose(connection, onClose);
    signal?.addEventListener("abort", onClose);
    if (message.destroyed || connection?.destroyed || signal?.aborted) onClose();
  });
}

/** Whether the socket is `message`'s now, and can be written to. */
export function isWritable(message: Message, socket: Socket): boolean {
  return (socket as SocketInside)._httpMessage === message && socket.writable;
}

/** Ends every `cork()`, as `end()` would: the whole body is there, and room for it must come. */
export function uncork(message: Message): void {
  while (message.writableCorked > 0) message.uncork();
  for (let left = message.socket?.writableCorked ?? 0; left > 0; left--) message.socket?.uncork();
}

/** The rendered head, which has then been taken for sent; empty when it has left already. */
export function takeHead(message: Message): string {
  const { _header: head, _headerSent: isSent } = inside(message);
  inside(message)._headerSent = true;
  return isSent ? "" : (head ?? "");
}

/** Takes back {@link takeHead}: nothing of it has left. */
export function returnHead(message: Message, head: string): void {
  if (head !== "") inside(message)._headerSent = false;
}

/** `end()` of a message whose body did not go through `write()`, which alone would have counted it. */
export function endAfterBody(message: Message): void {
  const strict = inside(message).strictContentLength && countedByNode(message) === 0;
  if (strict) Object.assign(message, { strictContentLength: false });
  try {
    message.end();
  } finally {
    if (strict) Object.assign(message, { strictContentLength: true });
  }
}
