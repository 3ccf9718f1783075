/**
 * Sends pieces of memory over a socket that has its turn.
 *
 *     sendmsg(2), without waiting ── all taken ─────────────────────────▶ done
 *         │ no room (EAGAIN, or fewer taken than there are)
 *         ▼
 *     about 64 KiB through the socket's own `_writev` ── they have left ─▶ again
 *
 * The socket is libuv's: only its own writes learn when there is room again. So what waits goes through
 * them, as windows on the same memory, and what finds room does not. All of it on this thread.
 */
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { nativeAddon } from "../native/binding.ts";
import type { NativeAddon } from "../native/binding.ts";
import { errorCode, systemError } from "../native/systemError.ts";
import { countSent } from "./bytesWritten.ts";
import type { Pieces } from "./pieces.ts";
import { plainFd } from "./plainSocket.ts";
import type { Turn } from "./writeOrder.ts";

/** Sending that has its turn: `Outgoing`, or a file with what surrounds it. */
export interface Sink {
  readonly socket: Socket;
  readonly turn: Turn;
  /** Bytes that have left, for errors. */
  readonly bytes: number;
  /** So many more have left. */
  moved(bytes: number): void;
  /** Throws when the sending has to end. */
  check(): void;
  /** Through the socket's own stream; what it throws ends the sending. */
  write(windows: readonly Uint8Array[]): Promise<void>;
}

/** One call takes no more: ZC_MAX_PIECES of sockets.h. */
const mostPieces = 1024;
/** What is handed to the socket's own stream at once, when there is no room. */
const waitingBytes = 64 * 1024;
/** And where nothing is sent natively. */
const portionBytes = 1024 * 1024;
/** The event loop has its turn after as many bytes, however fast the reader is. */
const burstBytes = 2 * 1024 * 1024;

/**
 * `more`: more follows at once, for which the last segment may wait.
 *
 * *Copies:* none but into the kernel.
 *
 * @throws {OSError} of the socket. @throws {BufferError} when memory is gone. Whatever ends `sink`.
 */
export async function sendPieces(sink: Sink, pieces: Pieces, more: boolean = false): Promise<void> {
  const sending = new Sending(sink, pieces, more);
  while (!sending.isDone) {
    if (!sending.sendNow()) await sending.handOver();
    else if (sending.isLong) await sending.pause();
  }
}

class Sending {
  readonly #sink: Sink;
  readonly #pieces: Pieces;
  readonly #more: boolean;
  #addon: NativeAddon | undefined;
  /** Of the first piece that has not left. */
  #index = 0;
  /** Bytes since the event loop last had its turn. */
  #burst = 0;

  constructor(sink: Sink, pieces: Pieces, more: boolean) {
    this.#sink = sink;
    this.#pieces = pieces;
    this.#more = more;
    this.#addon = sink.turn.intercepted ? undefined : nativeAddon();
  }

  get isDone(): boolean {
    return this.#index === this.#pieces.count;
  }

  get isLong(): boolean {
    return this.#burst >= burstBytes && !this.isDone;
  }

  async pause(): Promise<void> {
    this.#burst = 0;
    await setImmediate();
    this.#sink.check();
  }

  /** False when there is no room for all of it, or nothing can be sent natively. */
  sendNow(): boolean {
    this.#sink.check();
    // Looked up for every call: since the last one the socket may have been closed, and its number
    // belong to somebody else.
    const fd = plainFd(this.#sink.socket);
    if (!this.#addon || fd === undefined) return false;
    const { memories, table } = this.#pieces;
    const first = this.#index;
    const count = Math.min(mostPieces, this.#pieces.count - first);
    const isLast = !this.#more && first + count === this.#pieces.count;
    const sent = this.#addon.sendPieces(fd, memories, table, first, count, isLast ? 0 : 1);
    if (sent < 0) this.#checkRefusal(sent);
    else {
      countSent(this.#sink.socket, sent);
      this.#moved(sent);
    }
    return this.#index === first + count;
  }

  /** *Copies:* none: windows on the same memory. */
  async handOver(): Promise<void> {
    const most = this.#addon ? waitingBytes : portionBytes;
    const windows: Uint8Array[] = [];
    let bytes = 0;
    for (let i = this.#index; i < this.#pieces.count && bytes < most; i += 1) {
      const window = this.#pieces.window(i, most - bytes);
      bytes += window.length;
      if (windows.push(window) === mostPieces) break;
    }
    await this.#sink.write(windows);
    this.#burst = 0;
    this.#moved(bytes);
  }

  #checkRefusal(result: number): void {
    const code = errorCode(result);
    // Not a socket but the end of a pipe, which its own stream can write to.
    if (code === "ENOTSOCK") this.#addon = undefined;
    else if (code === "EFAULT") throw this.#pieces.gone();
    else if (code !== "EAGAIN") throw systemError(result, "sendmsg", this.#sink.bytes);
  }

  #moved(sent: number): void {
    this.#sink.moved(sent);
    this.#burst += sent;
    const { count, table } = this.#pieces;
    let index = this.#index; // a private field in the loop would take longer than the system call
    let left = sent;
    while (index < count && left >= table[3 * index + 2]!) {
      left -= table[3 * index + 2]!;
      index += 1;
    }
    this.#index = index;
    if (left > 0) this.#pieces.advance(index, left);
  }
}
