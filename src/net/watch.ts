/**
 * Watches over bytes that leave sockets: ends the work early when a socket is closed or a signal
 * aborts, keeps the sockets' timers going, and reports progress.
 *
 * The first failure stays. It destroys every socket, with its cause when that was an error of a
 * socket, and without when somebody wanted it so. The promise of the work tells it; no 'error'
 * listener has to.
 */
import type { Socket } from "node:net";
import { AbortError, OSError } from "../core/errors.ts";
import type { ZeroCopyError } from "../core/errors.ts";
import { systemError } from "../native/systemError.ts";
import { closedError, keepAwake } from "./plainSocket.ts";
import { reportIntervalMs } from "./transfer.ts";

export interface Watched {
  /** For messages: "Cannot relay: …". */
  readonly action: string;
  readonly sockets: readonly Socket[];
  readonly signal: AbortSignal | undefined;
  /** Nothing more is wanted of it: it may be closed. */
  readonly isDone: (socket: Socket) => boolean;
  /** Arrived so far. */
  readonly bytes: () => number;
  /** Tells the caller. What it throws fails the work. */
  readonly report: () => void;
}

export class Watch {
  readonly #watched: Watched;
  /** Its reason makes the error, of the bytes that have arrived by then. */
  readonly #stop = new AbortController();
  #reported = -1;
  #reportedAt = -Infinity;

  constructor(watched: Watched) {
    this.#watched = watched;
    watched.signal?.addEventListener("abort", this.#onAbort, { once: true });
    // Node never closes a socket whose reset the kernel refuses, and says so by an error only.
    for (const socket of watched.sockets) {
      socket.on("error", ignore).on("error", this.#onClose).on("close", this.#onClose);
    }
    if (watched.signal?.aborted) this.#onAbort();
    this.#onClose();
  }

  /** Aborted when the work has to end. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** To be called whenever bytes have arrived. */
  moved(): void {
    for (const socket of this.#watched.sockets) keepAwake(socket);
    if (performance.now() - this.#reportedAt >= reportIntervalMs) this.#report();
  }

  /** The work has failed with `error`, unless it had been stopped before. */
  fail(error: unknown): void {
    this.#onClose(); // says more about an error that a closed socket has caused
    if (!(error instanceof OSError)) return this.#fail(() => error, undefined);
    const { errno, syscall, code } = error;
    const cause = fileErrors.has(code) ? undefined : error;
    this.#fail((bytes) => systemError(errno, syscall, bytes), cause);
  }

  /** The work has ended. @throws what it failed with. */
  close(): void {
    const { sockets, signal, bytes } = this.#watched;
    if (this.#reported !== bytes()) this.#report();
    signal?.removeEventListener("abort", this.#onAbort);
    for (const socket of sockets) socket.off("error", this.#onClose).off("close", this.#onClose);
    if (this.stop.aborted) throw (this.stop.reason as (bytes: number) => unknown)(bytes());
    for (const socket of sockets) socket.off("error", ignore);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#watched.signal?.reason;
    this.#fail((bytes) => new AbortError(reason, bytes), undefined);
  };

  readonly #onClose = (): void => {
    const { sockets, isDone, action } = this.#watched;
    const gone = sockets.find((socket) => socket.destroyed && !isDone(socket));
    if (gone) this.#fail((bytes) => failureOf(gone, action, bytes), gone.errored ?? undefined);
  };

  #fail(makeError: (bytes: number) => unknown, cause: Error | undefined): void {
    if (this.stop.aborted) return;
    this.#stop.abort(makeError);
    for (const socket of this.#watched.sockets) socket.destroy(cause);
  }

  #report(): void {
    if (this.stop.aborted) return;
    this.#reported = this.#watched.bytes();
    this.#reportedAt = performance.now();
    try {
      this.#watched.report();
    } catch (error) {
      this.#fail(() => error, undefined);
    }
  }
}

/** Errors of a write to a file; every other one is the socket's. */
const fileErrors = new Set([
  "ENOSPC",
  "EDQUOT",
  "EFBIG", // RLIMIT_FSIZE, or an offset that no file of this file system reaches
  "EIO",
  "EROFS",
  "ESTALE",
  "EBADF",
]);

/** Why a socket that is destroyed ended the work: its system error, or its closing. */
function failureOf(socket: Socket, action: string, bytes: number): OSError | ZeroCopyError {
  const cause: NodeJS.ErrnoException | null = socket.errored;
  if (cause?.errno === undefined) return closedError(socket, action, bytes);
  return systemError(cause.errno, cause.syscall ?? "", bytes);
}

function ignore(): void {}
