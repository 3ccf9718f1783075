/**
 * Which sockets this library sends over, and what it says of the others. A TLS socket is never one of
 * them: its descriptor is that of the TCP socket below, where plain bytes would end the connection
 * or, worse, be believed.
 */
import { Socket } from "node:net";
import { ZeroCopyError, invalidType } from "../core/errors.ts";

/** What cannot be done, in errors, and what to do instead with a TLS socket. */
export interface SocketUse {
  readonly action: string;
  readonly overTls: string;
}

/** @throws {TypeError} for what is no socket. @throws {ZeroCopyError} ERR_TLS_SOCKET. */
export function checkPlain(
  socket: unknown,
  { action, overTls }: SocketUse,
): asserts socket is Socket {
  if (!(socket instanceof Socket)) throw invalidType(action, "a net.Socket", socket);
  if ("encrypted" in socket && socket.encrypted) {
    throw new ZeroCopyError(
      "ERR_TLS_SOCKET",
      `Cannot ${action}: wanted a plain TCP or Unix socket, found a TLSSocket, whose bytes must be ` +
        `encrypted by its own stream; use ${overTls}`,
    );
  }
  checkNotBelowTls(socket, action);
}

/** @throws {ZeroCopyError} ERR_TLS_SOCKET for a socket that carries the bytes of a TLS socket. */
export function checkNotBelowTls(socket: Socket, action: string): void {
  if (!isBelowTls(socket)) return;
  throw new ZeroCopyError(
    "ERR_TLS_SOCKET",
    `Cannot ${action}: wanted a plain TCP or Unix socket, found one below a TLSSocket, to which it belongs`,
  );
}

/**
 * Whether a TLSSocket has been put over `socket`, as `tls.connect({ socket })` and every `tls.Server` do.
 * Node leaves two traces of it, alike in Node 20 to 26 (`net.tls.test.ts` would tell a change): a handle
 * that asks the TLSSocket whether it is being read; or, of a socket that had no handle yet, the listener
 * by which what comes is handed up, and that has no name. Without either no TLS could be spoken.
 */
export function isBelowTls(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as { _handle: object | null };
  if (handle && Object.getOwnPropertyDescriptor(handle, "reading")?.get) return true;
  const { toString } = Function.prototype;
  return socket.listeners("data").some((listener) => toString.call(listener).includes(handsUp));
}

/** In the constructor of Node's `JSStreamSocket`. */
const handsUp = "_handle.readBuffer(";

/** As `checkPlain`. @throws {ZeroCopyError} ERR_SOCKET_CLOSED. */
export function checkWritable(socket: unknown, use: SocketUse): asserts socket is Socket {
  checkPlain(socket, use);
  if (!socket.destroyed && !socket.writableEnded && socket.writable) return;
  const state = socket.writableEnded ? "has been ended" : "is closed";
  throw new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot ${use.action}: wanted a writable socket, found one that ${state}`,
  );
}

/** `cause` is what destroyed the socket, when something did. */
export function closedError(socket: Socket, action: string, bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot ${action}: the socket was closed after ${bytes} bytes`,
    { bytes, cause: socket.errored ?? undefined },
  );
}

/**
 * The descriptor of a plain TCP or Unix socket. A TLS handle answers with the descriptor of the TCP
 * socket below it, so the kind of the handle decides.
 */
export function plainFd(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle: { fd?: number } | null };
  const kind = handle?.constructor.name;
  if (kind !== "TCP" && kind !== "Pipe") return undefined;
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

/**
 * Bytes have moved that Node does not see: its timer of idle sockets begins anew. As Node does it, which
 * leaves the timer in the async context of whoever has set it; `setTimeout` would put it into ours.
 */
export function keepAwake(socket: Socket): void {
  const { _unrefTimer: refresh } = socket as unknown as { _unrefTimer?: () => void };
  if (refresh) refresh.call(socket);
  else if (socket.timeout) socket.setTimeout(socket.timeout);
}

/** Resolves when `socket` has connected, has been closed instead, or `signal` aborts. */
export async function connected(socket: Socket, signal: AbortSignal | undefined): Promise<void> {
  if (!socket.connecting || socket.destroyed || signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off("connect", done).off("close", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    socket.once("connect", done).once("close", done);
    signal?.addEventListener("abort", done);
  });
}
