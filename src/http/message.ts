/**
 * What of Node's HTTP messages has no public name: whether one may be sent past its stream, its head
 * before it has left, and whether everything before it has. The only file that looks inside one;
 * what it looks at is alike in Node 20 to 26 (`http.message.test.ts` would tell a change).
 */
import { OutgoingMessage } from "node:http";
import type { ClientRequest, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { plainFd } from "../net/plainSocket.ts";

/** A response of a server, or a request of a client. */
export type Message = ServerResponse | ClientRequest;

interface Internals {
  readonly _hasBody: boolean;
  readonly _header: string | null;
  readonly _contentLength: number | null;
  readonly chunkedEncoding: boolean;
  readonly outputData: readonly unknown[];
  readonly strictContentLength?: boolean;
  _headerSent: boolean;
  _implicitHeader(): void;
}

function inside(message: Message): Internals {
  return message as unknown as Internals;
}

/** Through these every byte of a message goes: whoever has replaced one wants to see them. */
const ways = ["write", "end", "_send", "_writeRaw"] as const;
const own = ways.map(
  (way) => (OutgoingMessage.prototype as unknown as Record<string, unknown>)[way],
);

/** Why the body cannot be sent past the stream of `message`; undefined when it can. */
export function messageObstacle(message: Message): string | undefined {
  if (!(message instanceof OutgoingMessage)) return "the message is not one of node:http";
  const replaced = ways.find(
    (way, index) => (message as unknown as Record<string, unknown>)[way] !== own[index],
  );
  if (replaced) return `${replaced}() of the message has been replaced`;
  const { socket } = message;
  return socket ? socketObstacle(socket) : undefined;
}

function socketObstacle(socket: Socket): string | undefined {
  if (!(socket instanceof Socket)) return "the connection is not a net.Socket";
  if ("encrypted" in socket && socket.encrypted) return "the connection is encrypted by TLS";
  if (socket.connecting || socket.destroyed) return undefined;
  if (plainFd(socket) === undefined) return "the socket is neither TCP nor a Unix socket";
  return undefined;
}

/**
 * Renders the head, with the length of the body if it says none. False when there is no body: of HEAD,
 * 204 and 304.
 */
export function renderHead(message: Message, bodyBytes: number): boolean {
  if (inside(message)._header === null) {
    if (!message.hasHeader("Content-Length") && !message.hasHeader("Transfer-Encoding")) {
      message.setHeader("Content-Length", bodyBytes);
    }
    inside(message)._implicitHeader();
  }
  return inside(message)._hasBody;
}

/** Why a body of this length does not fit the head that has been rendered; undefined when it does. */
export function framingObstacle(message: Message, bodyBytes: number): string | undefined {
  const { chunkedEncoding, _contentLength: announced } = inside(message);
  if (chunkedEncoding) return "the message is chunked, because it has no Content-Length";
  if (typeof announced === "number" && announced !== bodyBytes) {
    return `Content-Length is ${announced}, and the body has ${bodyBytes} bytes`;
  }
  return undefined;
}

/** Whether what is sent on the socket now would follow all that was written, and nothing else would. */
export function isNext(message: Message): boolean {
  const socket:
    | (Socket & { _httpMessage?: unknown; _handle?: { writeQueueSize?: number } })
    | null = message.socket;
  return (
    socket !== null &&
    socket._httpMessage === message &&
    !socket.connecting &&
    !socket.destroyed &&
    socket.writable &&
    socket.writableLength === 0 &&
    socket.writableCorked === 0 &&
    socket._handle?.writeQueueSize === 0 &&
    inside(message).outputData.length === 0 &&
    socket._write === Socket.prototype._write // also: no other transfer has or awaits its turn
  );
}

/** Sends the rendered head, if it has not left. */
export function flushHead(message: Message): void {
  if (!inside(message)._headerSent) message.flushHeaders();
}

/**
 * The socket of `message` when its turn has come: pipelined responses wait for those before them.
 * Undefined when the connection has been closed instead.
 */
export function assignedSocket(message: Message): Promise<Socket | undefined> | Socket {
  if (message.socket) return message.socket;
  const connection = "req" in message ? message.req.socket : undefined;
  return new Promise((resolve) => {
    const done = (socket?: Socket): void => {
      message.off("socket", onSocket).off("close", onClose);
      connection?.off("close", onClose);
      resolve(socket);
    };
    // What has been queued in the message is written right after this event: then it is our turn.
    const onSocket = (socket: Socket): void => process.nextTick(done, socket);
    const onClose = (): void => done();
    message.once("socket", onSocket).once("close", onClose);
    connection?.once("close", onClose);
    if (message.destroyed || connection?.destroyed) onClose();
  });
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
  const strict = inside(message).strictContentLength;
  if (strict) Object.assign(message, { strictContentLength: false });
  try {
    message.end();
  } finally {
    if (strict) Object.assign(message, { strictContentLength: true });
  }
}
