/**
 * Sending that has its turn: how much has left, what ends it early, and what becomes of the socket then.
 *
 * An error of the socket destroys it with that error, as a failed write does. Whatever else ends the
 * sending destroys it without one, but only when bytes have left: the reader must not take a part for
 * the whole. Before the first byte nothing has happened, and the next write may follow.
 */
import type { Socket } from "node:net";
import { AbortError, OSError } from "../core/errors.ts";
import { systemError } from "../native/systemError.ts";
import { closedError, connected, keepAwake } from "./plainSocket.ts";
import type { Turn } from "./writeOrder.ts";

export interface OutgoingRequest {
  readonly socket: Socket;
  readonly turn: Turn;
  /** For errors. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
}

export class Outgoing {
  readonly socket: Socket;
  readonly turn: Turn;
  /** That the socket has accepted. */
  bytes = 0;
  readonly #action: string;
  readonly #signal: AbortSignal | undefined;

  constructor({ socket, turn, action, signal }: OutgoingRequest) {
    this.socket = socket;
    this.turn = turn;
    this.#action = action;
    this.#signal = signal;
  }

  /** Calls `send` when the socket is connected. Nobody else writes to it meanwhile. */
  async run<T>(send: () => Promise<T>): Promise<T> {
    try {
      await connected(this.socket, this.#signal);
      this.check();
      return await send();
    } catch (error) {
      if (error instanceof OSError) this.socket.destroy(error);
      else if (this.bytes > 0) this.socket.destroy();
      throw error;
    }
  }

  /** Keeps `socket.setTimeout` from taking a moving socket for an idle one. */
  moved(bytes: number): void {
    this.bytes += bytes;
    keepAwake(this.socket);
  }

  /** Throws when the sending has to end. */
  check(): void {
    if (this.socket.destroyed) throw closedError(this.socket, this.#action, this.bytes);
    if (this.#signal?.aborted) throw new AbortError(this.#signal.reason, this.bytes);
  }

  /**
   * Through the socket's own stream. An abort does not wait for a reader that has stalled: a part may
   * have left, so it is the end of the socket, and none of `windows` counts.
   */
  async write(windows: readonly Uint8Array[]): Promise<void> {
    const drop = (): unknown => this.socket.destroy();
    this.#signal?.addEventListener("abort", drop);
    try {
      await this.turn.writeChunks(windows);
    } catch (error) {
      const { errno, syscall = "write" } = error as NodeJS.ErrnoException;
      throw errno === undefined ? error : systemError(errno, syscall, this.bytes);
    } finally {
      this.#signal?.removeEventListener("abort", drop);
    }
    if (this.#signal?.aborted) throw new AbortError(this.#signal.reason, this.bytes);
    this.check();
  }
}
