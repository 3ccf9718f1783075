/**
 * One transfer that has its turn: which path it takes, what ends it early, and what becomes of the
 * socket when it fails.
 *
 *     kernel path ── complete ──────────────────────────────▶ result
 *         │ EINVAL, ENOSYS, … (this file or socket cannot)
 *         ▼
 *     read-write, from the byte the kernel path had reached ─▶ result with both paths
 *
 * The socket after a failure: a socket error destroys it with that error, as a failed write does. A
 * file error, an abort or a truncated file destroys it without one, but only if bytes had left;
 * before the first byte nothing has happened and the next write may follow.
 */
import type { Socket } from "node:net";
import { AbortError, OSError } from "../core/errors.ts";
import { addonState, nativeAddon } from "../native/binding.ts";
import { errorCode, systemError } from "../native/systemError.ts";
import { countSent } from "./bytesWritten.ts";
import { becameShorter, unavailable } from "./failures.ts";
import { cancelled, startKernelTransfer, truncated } from "./kernelTransfer.ts";
import type { KernelPath } from "./kernelTransfer.ts";
import type { Pieces } from "./pieces.ts";
import { closedError, connected, keepAwake, plainFd } from "./plainSocket.ts";
import { readWrite } from "./readWrite.ts";
import { combine } from "./result.ts";
import type { TransferPath, TransferResult } from "./result.ts";
import { sendPieces } from "./sendPieces.ts";
import type { Sink } from "./sendPieces.ts";
import type { Source } from "./source.ts";
import type { Turn } from "./writeOrder.ts";

export interface TransferProgress {
  /** Bytes the socket has accepted so far. */
  readonly bytes: number;
  /** Bytes that will be sent in all; undefined when the file does not tell its size. */
  readonly total: number | undefined;
}

export interface TransferRequest {
  readonly socket: Socket;
  /** Closed by the caller. */
  readonly source: Omit<Source, "close">;
  readonly turn: Turn;
  readonly offset: number;
  /** Infinity: to the end of the file. */
  readonly count: number;
  /** What leaves before and after the file. Released by the caller. */
  readonly header: Pieces;
  readonly trailer: Pieces;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: TransferProgress) => void) | undefined;
  readonly require: "zero-copy" | undefined;
  /** Told why the kernel does not send it, or the rest of it. */
  readonly onObstacle?: ((reason: string) => void) | undefined;
  readonly kernelPath: KernelPath;
}

/** For errors. */
const action = "send a file";

/** Sends `request.source` over `request.socket`, which nobody else writes to meanwhile. */
export async function transfer(request: TransferRequest): Promise<TransferResult> {
  const run = new Run(request);
  try {
    await connected(request.socket, run.stopSignal); // it may be written to while it is connecting
    return await run.send();
  } catch (error) {
    if (run.bytes > 0) request.socket.destroy();
    throw error;
  } finally {
    run.close();
  }
}

/** Errors that say "not with this file, this socket or this kernel", each met in practice. */
export const unsupported: ReadonlySet<string> = new Set([
  "EINVAL", // the file system has no splice_read (procfs), or O_APPEND: sendfile(2)
  "ENOSYS", // no such call, or a seccomp filter that says so
  "ENOTSUP", // EOPNOTSUPP has the same number on Linux
  "EPERM", // the answer of Docker's default seccomp filter
]);

/** There is no more of what the kernel path needs: descriptors, threads, memory. Copying does with less. */
const exhausted: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM", "ENOSPC"]);

/** Errors of the file; every other one is the socket's. */
const fileErrors = new Set([
  "EIO",
  "ESTALE",
  "EBADF",
  "EOVERFLOW", // an offset that no file of this file system reaches
]);

/** As often as the sender thread speaks: ZC_PROGRESS_INTERVAL_MS of engine.h. */
export const reportIntervalMs = 50;

class Run implements Sink {
  /** Of the file, and of what surrounds it, that the socket has accepted. */
  #fileBytes = 0;
  #frameBytes = 0;
  readonly #request: TransferRequest;
  readonly #parts: { path: TransferPath; bytes: number }[] = [];
  /**
   * Bytes to send. A file that says 0 may be empty or of procfs: only its end tells, so nothing is
   * promised for it.
   */
  readonly #total: number;
  /** Why the transfer has to end early; the first reason stays. */
  readonly #stop = new AbortController();
  readonly stopSignal: AbortSignal = this.#stop.signal;

  constructor(request: TransferRequest) {
    this.#request = request;
    const { source, offset, count, signal, socket } = request;
    this.#total = source.size === 0 ? count : Math.min(count, Math.max(0, source.size - offset));
    socket.once("close", this.#onClose);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  close(): void {
    this.#request.socket.off("close", this.#onClose);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onClose = (): void => {
    this.#stop.abort((bytes: number) => closedError(this.#request.socket, action, bytes));
  };
  readonly #onAbort = (): void => {
    this.#stop.abort((bytes: number) => new AbortError(this.#request.signal?.reason, bytes));
  };

  get socket(): Socket {
    return this.#request.socket;
  }

  get turn(): Turn {
    return this.#request.turn;
  }

  get bytes(): number {
    return this.#fileBytes + this.#frameBytes;
  }

  async send(): Promise<TransferResult> {
    this.check();
    const { header, trailer } = this.#request;
    const uncork = this.#cork();
    try {
      const obstacle = await this.#sendByKernel();
      if (obstacle !== undefined) {
        this.#refuseCopying(obstacle);
        this.#request.onObstacle?.(obstacle);
        await this.#sendByCopying();
      }
      if (this.#isDue(header)) await this.#sendFrame(header, this.#isDue(trailer));
      if (this.#isDue(trailer)) await this.#sendFrame(trailer, false);
    } finally {
      uncork();
    }
    if (this.#reported !== this.bytes) this.#report();
    if (this.#thrown) throw this.#thrown.error;
    return combine([...this.#parts, ...this.#frameParts()]);
  }

  #kernelMoved(bytes: number): void {
    countSent(this.socket, bytes - this.#fileBytes);
    this.#fileBytes = bytes;
  }

  #refuseCopying(obstacle: string): void {
    if (!this.#request.require) return;
    throw unavailable(action, obstacle, this.bytes);
  }

  /** Undefined when everything has been sent; otherwise why the kernel cannot send the rest. */
  async #sendByKernel(): Promise<string | undefined> {
    const { socket, source, turn, offset, kernelPath, header, trailer } = this.#request;
    const state = addonState();
    if (!state.addon) return state.reason;
    if (turn.intercepted) return "the _write of the socket has been replaced";
    const socketFd = plainFd(socket);
    if (socketFd === undefined) return "the socket is neither TCP nor a Unix socket";
    if (this.#isDue(header)) {
      await this.#sendFrame(header, this.#total > 0 || this.#isDue(trailer));
    }

    const started = startKernelTransfer(state.addon, {
      socketFd,
      fileFd: source.fd,
      device: source.device,
      offset,
      count: Math.min(this.#total, Number.MAX_SAFE_INTEGER),
      path: kernelPath,
      onMoved: (bytes) => {
        this.#kernelMoved(bytes);
        this.#notify();
      },
    });
    if (typeof started === "number") return `it could not be started (${errorCode(started)})`;
    this.#stop.signal.addEventListener("abort", started.cancel);
    const { bytes, status } = await started.finished;
    this.#stop.signal.removeEventListener("abort", started.cancel);

    this.#kernelMoved(bytes);
    const code = errorCode(status);
    const atEnd = source.size === 0 && (status === truncated || code === "EOVERFLOW");
    if (bytes > 0 || status === 0 || atEnd) this.#parts.push({ path: kernelPath, bytes });
    if (status === 0 || atEnd) return undefined;
    if (status === truncated) throw this.#truncatedError();
    if (status === cancelled) this.check();
    if (unsupported.has(code)) return `${kernelPath} answers ${code} for this file`;
    if (exhausted.has(code)) return `it could not go on (${code})`;
    const error = systemError(status, kernelPath, this.bytes);
    if (!fileErrors.has(code)) socket.destroy(error);
    throw error;
  }

  async #sendByCopying(): Promise<void> {
    const { source, offset } = this.#request;
    const before = this.#fileBytes;
    const moved = await readWrite({
      fd: source.fd,
      offset: offset + before,
      count: this.#total - before,
      writeChunk: (chunk) => this.#writeFramed(chunk),
      onMoved: (bytes) => {
        this.#fileBytes = before + bytes;
        if (performance.now() - this.#reportedAt >= reportIntervalMs) this.#notify();
        this.check();
      },
    });
    this.check();
    this.#parts.push({ path: "read-write", bytes: moved });
    if (source.size > 0 && this.#fileBytes < this.#total) throw this.#truncatedError();
  }

  /** The first chunk follows the header, and the trailer the last one, in one call. */
  async #writeFramed(chunk: Uint8Array): Promise<void> {
    const { header, trailer } = this.#request;
    const isLast = this.#fileBytes + chunk.length === this.#total;
    const frame = [header, ...(isLast ? [trailer] : [])].filter((part) => this.#isDue(part));
    const before = frame.includes(header) ? windowsOf(header) : [];
    const after = frame.includes(trailer) ? windowsOf(trailer) : [];
    await this.write([...before, chunk, ...after]);
    for (const part of frame) {
      this.#sent.add(part);
      this.#frameBytes += part.bytes;
    }
  }

  /**
   * A stop does not wait for a reader that has stalled. A part of the chunk may have left, so it is
   * the end of the socket; the chunk is not counted.
   */
  async write(windows: readonly Uint8Array[]): Promise<void> {
    this.check();
    const { socket, turn } = this.#request;
    const drop = (): unknown => socket.destroy();
    this.#stop.signal.addEventListener("abort", drop);
    try {
      await turn.writeChunks(windows);
    } catch (error) {
      const { errno, syscall = "write" } = error as NodeJS.ErrnoException;
      const reason = errno === undefined ? error : systemError(errno, syscall, this.bytes);
      socket.destroy(reason as Error);
      throw reason;
    } finally {
      this.#stop.signal.removeEventListener("abort", drop);
    }
    this.check();
  }

  // Header and trailer.

  readonly #sent = new Set<Pieces>();

  #isDue(part: Pieces): boolean {
    return part.count > 0 && !this.#sent.has(part);
  }

  async #sendFrame(part: Pieces, more: boolean): Promise<void> {
    this.#sent.add(part);
    try {
      await sendPieces(this, part, more);
    } catch (error) {
      if (error instanceof OSError) this.socket.destroy(error);
      throw error;
    }
  }

  moved(bytes: number): void {
    this.#frameBytes += bytes;
    this.#notify();
  }

  /** Nothing but full segments leaves until the last byte of the trailer has come: tcp(7) TCP_CORK. */
  #cork(): () => void {
    const { socket, header, trailer, turn } = this.#request;
    const fd = turn.intercepted || !nativeAddon() ? undefined : plainFd(socket);
    if (fd === undefined || header.count + trailer.count === 0) return () => {};
    if (trailer.count > 0) nativeAddon()?.setCork(fd, 1); // no more than an error, of a Unix socket
    return () => {
      // Also lets go of a header for whose file it waited in vain.
      if (!socket.destroyed && plainFd(socket) === fd) nativeAddon()?.setCork(fd, 0);
    };
  }

  #frameParts(): { path: TransferPath; bytes: number }[] {
    return [this.#request.header, this.#request.trailer].flatMap(({ bytes, gathered }) => [
      { path: "writev", bytes: bytes - gathered },
      { path: "gathered", bytes: gathered },
    ]);
  }

  /** Keeps `socket.setTimeout` from taking a moving transfer for an idle socket. */
  #notify(): void {
    keepAwake(this.#request.socket);
    this.#report();
  }

  #reported = -1;
  #reportedAt = -Infinity;
  /** By `onProgress`. It fails the transfer even if the last byte has left meanwhile. */
  #thrown: { readonly error: unknown } | undefined;

  #report(): void {
    if (this.#thrown) return;
    this.#reported = this.bytes;
    this.#reportedAt = performance.now();
    try {
      this.#request.onProgress?.(this.#progress);
    } catch (error) {
      this.#thrown = { error };
      this.#stop.abort(() => error);
    }
  }

  get #progress(): TransferProgress {
    const { source, header, trailer } = this.#request;
    const total = this.#total + header.bytes + trailer.bytes;
    return { bytes: this.bytes, total: source.size > 0 ? total : undefined };
  }

  check(): void {
    if (this.#request.socket.destroyed) this.#onClose();
    if (this.#stop.signal.aborted) {
      throw (this.#stop.signal.reason as (bytes: number) => unknown)(this.bytes);
    }
  }

  #truncatedError(): Error {
    return becameShorter(this.#total, this.#fileBytes, this.bytes);
  }
}

function windowsOf(pieces: Pieces): Uint8Array[] {
  return Array.from({ length: pieces.count }, (_, index) => pieces.window(index));
}
