/**
 * Receiving into memory that the caller owns, asked for piece by piece.
 *
 *     wait      libuv reads into one byte of ours: so it says that something has come
 *     take      recv(2) of the rest, straight into the caller's memory, on this thread, now
 *
 * Node could be given the caller's memory itself (`onread`), but would keep its address from one read to
 * the next, while that memory may be transferred, and freed. Here nobody knows it outside of a call: any
 * memory will do, and memory that is gone is noticed. The price is a second system call, and one byte
 * that is copied, whenever we had to wait (docs/design/0006-receiving.md). Without the addon libuv reads
 * into 64 KiB of ours, which are copied.
 *
 * Nothing is read while nobody asks: the peer has to wait then, as of a paused socket.
 */
import type { Socket } from "node:net";
import { copyBytes } from "../core/copy.ts";
import { BufferError, cannot } from "../core/errors.ts";
import { nativeAddon } from "../native/binding.ts";
import type { NativeAddon } from "../native/binding.ts";
import { errorCode, systemError } from "../native/systemError.ts";
import { closedError, plainFd } from "./plainSocket.ts";
import { tapReads } from "./readTap.ts";

/** What cannot be done, in errors. */
export const action = "receive";

/** What came of an ask: all bytes, and those of them that went through our buffer. */
export interface Received {
  readonly bytes: number;
  readonly copied: number;
}

interface Ask {
  readonly window: Uint8Array;
  /** Of `window` when it was asked for: it says 0 when its memory is gone. */
  readonly length: number;
  /** Until `window` is full; otherwise until there is something. */
  readonly isExact: boolean;
  bytes: number;
  copied: number;
  readonly resolve: (received: Received) => void;
  readonly reject: (error: unknown) => void;
}

const copyingBytes = 64 * 1024;
/** The event loop has its turn after as many bytes, however fast the sender is. */
const burstBytes = 2 * 1024 * 1024;

export class Receiving {
  readonly #socket: Socket;
  readonly #addon: NativeAddon | undefined;
  /** Where libuv reads to; what nobody has asked for yet lies from `#from` to `#to`. */
  readonly #stage: Uint8Array;
  #from = 0;
  #to = 0;
  readonly #asks: Ask[] = [];
  #hasEnded = false;
  /** Bytes since the event loop last had its turn. */
  #burst = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#addon = canReceive(socket) ? nativeAddon() : undefined;
    this.#stage = Buffer.allocUnsafeSlow(this.#addon ? 1 : copyingBytes);
    tapReads(socket, this.#stage, this.#onRead);
    this.#keepStaged();
    socket.once("end", this.#onEnd).once("close", this.#onClose);
  }

  /** Fewer than `window` holds: when that is all there is and `isExact` is not set, or at the end. */
  ask(window: Uint8Array, isExact: boolean): Promise<Received> {
    return new Promise((resolve, reject) => {
      const length = window.byteLength;
      this.#asks.push({ window, length, isExact, bytes: 0, copied: 0, resolve, reject });
      if (this.#asks.length === 1 && this.#serve()) this.#socket.resume();
    });
  }

  readonly #onRead = (count: number): boolean => {
    this.#from = 0;
    this.#to = count;
    this.#burst = 0;
    return this.#serve();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#serve();
  };

  readonly #onClose = (): void => {
    this.#serve();
  };

  /** Others may resume a socket, as Node does when a child process exits: the next read would go over it. */
  #keepStaged(): void {
    const socket = this.#socket;
    const { resume, read } = socket;
    socket.resume = () => (this.#from < this.#to ? socket : resume.call(socket));
    socket.read = (size) => (this.#from < this.#to ? null : read.call(socket, size));
  }

  /** Gives what there is to those who asked. True when one of them still waits. */
  #serve(): boolean {
    for (let ask = this.#asks[0]; ask; ask = this.#asks[0]) {
      try {
        if (!this.#isServed(ask)) return true;
        ask.resolve(ask);
      } catch (error) {
        ask.reject(error);
      }
      this.#asks.shift();
    }
    return false;
  }

  #isServed(ask: Ask): boolean {
    if (ask.window.byteLength < ask.length) {
      throw cannot(BufferError, action, "memory", "it detached or resized");
    }
    this.#takeStaged(ask);
    if (this.#hasEnded) return true;
    if (this.#socket.destroyed) throw closedError(this.#socket, action, ask.bytes);
    if (ask.bytes < ask.length) this.#take(ask);
    return ask.bytes === ask.length || (ask.bytes > 0 && !ask.isExact);
  }

  #takeStaged(ask: Ask): void {
    const count = Math.min(this.#to - this.#from, ask.length - ask.bytes);
    if (count === 0) return;
    copyBytes(this.#stage.subarray(this.#from, this.#from + count), ask.window, ask.bytes);
    this.#from += count;
    ask.bytes += count;
    ask.copied += count;
  }

  /** The end of the stream is left for libuv to find, which does what has to be done then. */
  #take(ask: Ask): void {
    if (!this.#addon || this.#socket.connecting || this.#burst >= burstBytes) return;
    const fd = plainFd(this.#socket);
    if (fd === undefined) return;
    const result = this.#addon.receive(fd, ask.window, ask.bytes, ask.length - ask.bytes);
    if (result >= 0) {
      this.#burst += result;
      ask.bytes += result;
    } else if (errorCode(result) !== "EAGAIN") {
      // It is said once only: libuv would find a stream that ended in peace.
      const error = systemError(result, "recv", ask.bytes);
      this.#socket.destroy(error);
      throw error;
    }
  }
}

/** A handle may be one end of a pipe, of which recv(2) wants to know nothing. */
function canReceive(socket: Socket): boolean {
  const fd = plainFd(socket);
  if (fd === undefined) return true; // not connected yet
  const result = nativeAddon()?.receive(fd, new Uint8Array(0), 0, 0) ?? 0;
  return result >= 0 || errorCode(result) !== "ENOTSOCK";
}
