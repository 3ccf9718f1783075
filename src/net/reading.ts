/**
 * Takes the reading side of a socket away from Node, and gives it back.
 *
 *     network ──▶ kernel's queue ──▶ handle ──▶ Readable's buffer ──▶ listeners
 *                      │                │ stopped      └── takeBuffered(): goes first
 *                      └── the kernel path, or pump(), which starts the handle again
 *
 * While it is taken `_read` is shadowed by one that only takes note, so that neither `resume()` nor
 * `read()` nor a connection that comes about starts the handle behind our back. Bytes would then be
 * read by two at once, and their order be lost.
 */
import { Socket } from "node:net";
import { ZeroCopyError } from "../core/errors.ts";
import { isBelowTls } from "./plainSocket.ts";
import { restoreProperty } from "./restoreProperty.ts";

interface Handle {
  reading: boolean;
  readStop(): number;
}

export interface Reading {
  /** Somebody else has replaced `_read` on this socket and expects to be asked for every byte. */
  readonly intercepted: boolean;
  /** The end has been told, so nothing more will come. */
  readonly ended: boolean;
  /** What Node had read before it was stopped, `most` bytes of it at most, piece by piece. */
  takeBuffered(most: number): Uint8Array[];
  /**
   * Reads through the stream, up to `most` bytes, one piece at a time: the next is asked for when
   * `write` has resolved. Resolves when those have been read, at the end of the stream, and when
   * `stop` aborts.
   */
  pump(most: number, write: Chunk, stop: AbortSignal): Promise<void>;
  /** The kernel has seen the end: what comes after 'end' in the life of a stream may follow. */
  end(): void;
  /** Node reads again, if it did before. */
  giveBack(): void;
}

export type Chunk = (chunk: Uint8Array) => Promise<void>;

const taken = new WeakSet<Socket>();

/** @throws {ZeroCopyError} ERR_SOCKET_IN_USE when somebody else reads from `socket`. */
export function takeReading(socket: Socket, action: string): Reading {
  checkUnused(socket, action);
  return new Taken(socket);
}

/** @throws {ZeroCopyError} ERR_SOCKET_IN_USE when somebody else reads from `socket`. */
export function checkUnused(socket: Socket, action: string): void {
  const user = userOf(socket);
  if (user) throw inUse(action, `found one ${user}`);
}

export function inUse(action: string, found: string): ZeroCopyError {
  const wanted = "wanted a socket that nobody else reads from";
  return new ZeroCopyError("ERR_SOCKET_IN_USE", `Cannot ${action}: ${wanted}, ${found}`);
}

/** Who would miss bytes that went elsewhere. */
function userOf(socket: Socket): string | undefined {
  if (taken.has(socket)) return "whose bytes are being moved already";
  // A pipe, an HTTP parser and an async iterator are listeners too.
  if (socket.listenerCount("data") > 0) return "with a 'data' listener or a pipe";
  if (socket.listenerCount("readable") > 0) return "with a 'readable' listener or an iterator";
  if (socket.readableEncoding !== null) return `that decodes ${socket.readableEncoding}`;
  if (readsInto(socket)) return "made with onread";
  if (isBelowTls(socket)) return "below a TLSSocket";
  return undefined;
}

/** Node keeps the buffer of `onread` under a symbol, and hands no chunk to the stream. */
function readsInto(socket: Socket): boolean {
  const values = socket as unknown as Record<symbol, unknown>;
  return Object.getOwnPropertySymbols(socket).some(
    (symbol) => symbol.description === "kBuffer" && Boolean(values[symbol]),
  );
}

class Taken implements Reading {
  readonly intercepted: boolean;
  readonly #socket: Socket;
  readonly #read: PropertyDescriptor | undefined;
  readonly #flowing: boolean | null;
  readonly #shadow: Socket["_read"];
  /** The handle was reading, or has been asked to: it starts when the socket is given back. */
  #wanted: boolean;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.intercepted = socket._read !== Socket.prototype._read;
    this.#read = Object.getOwnPropertyDescriptor(socket, "_read");
    this.#flowing = socket.readableFlowing;
    this.#wanted = stopHandle(socket);
    taken.add(socket);
    setFlowing(socket, false);
    this.#shadow = () => {
      this.#wanted = true;
    };
    socket._read = this.#shadow;
  }

  get ended(): boolean {
    return this.#socket.readableEnded;
  }

  takeBuffered(most: number): Uint8Array[] {
    const socket = this.#socket;
    const chunks: Uint8Array[] = [];
    let left = most;
    setFlowing(socket, true); // read() then gives one piece as it came, and does not join them
    while (left > 0) {
      const chunk = socket.read() as Uint8Array | null;
      if (chunk === null) break;
      chunks.push(chunk.subarray(0, left));
      if (chunk.length > left) socket.unshift(chunk.subarray(left));
      left -= Math.min(left, chunk.length);
    }
    setFlowing(socket, false);
    return chunks;
  }

  pump(most: number, write: Chunk, stop: AbortSignal): Promise<void> {
    const socket = this.#socket;
    if (most === 0 || stop.aborted || this.ended) return Promise.resolve();
    this.#unshadow();
    return new Promise((resolve, reject) => {
      let left = most;
      let over = false;
      // More than one when somebody else resumes the socket: Node does when a child process exits.
      const waiting: Uint8Array[] = [];
      const settle = (then: () => void): void => {
        socket.off("data", onData).off("end", onOver);
        stop.removeEventListener("abort", onOver);
        setFlowing(socket, false);
        then();
      };
      // Node tells the end though the socket is paused; the last piece may still be on its way.
      const onOver = (): void => {
        over = true;
        if (waiting.length === 0) settle(resolve);
      };
      const onData = (chunk: Uint8Array): void => {
        socket.pause();
        if (chunk.length > left) socket.unshift(chunk.subarray(left));
        const part = chunk.subarray(0, left);
        left -= part.length;
        if (part.length > 0 && waiting.push(part) === 1) writeNext();
      };
      const writeNext = (): void => {
        write(waiting[0]!).then(onWritten, (error: Error) => settle(() => reject(error)));
      };
      const onWritten = (): unknown => {
        waiting.shift();
        if (waiting.length > 0 && !stop.aborted) return writeNext();
        return over || left === 0 ? settle(resolve) : socket.resume();
      };
      stop.addEventListener("abort", onOver);
      socket.on("end", onOver).on("data", onData).resume();
    });
  }

  end(): void {
    this.#wanted = false;
    this.#socket.push(null);
    this.#socket.read(0); // as Node does at the end: 'end' needs somebody to ask
  }

  giveBack(): void {
    const socket = this.#socket;
    this.#unshadow();
    taken.delete(socket);
    setFlowing(socket, this.#flowing);
  }

  /** A read that was swallowed is made up for; the stream believes that it is under way. */
  #unshadow(): void {
    const socket = this.#socket;
    if (socket._read !== this.#shadow) return;
    restoreProperty(socket, "_read", this.#read);
    if (this.#wanted && !socket.destroyed && !socket.readableEnded) socket._read(0);
  }
}

/** True when the handle was reading. */
function stopHandle(socket: Socket): boolean {
  const { _handle: handle } = socket as unknown as { _handle: Handle | null };
  if (!handle?.reading) return false;
  handle.reading = false;
  handle.readStop();
  return true;
}

/** `pause()` and `resume()` would tell listeners, and cannot go back to null. */
function setFlowing(socket: Socket, flowing: boolean | null): void {
  (socket as { readableFlowing: boolean | null }).readableFlowing = flowing;
}
