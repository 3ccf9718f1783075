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
import { AbortError, ZeroCopyError } from "../core/errors.ts";
import { addonState } from "../native/binding.ts";
import { errorCode, systemError } from "../native/systemError.ts";
import { cancelled, startKernelTransfer, truncated } from "./kernelTransfer.ts";
import type { KernelPath } from "./kernelTransfer.ts";
import { readWrite } from "./readWrite.ts";
import { combine } from "./result.ts";
import type { TransferPath, TransferResult } from "./result.ts";
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
  readonly source: Source;
  readonly turn: Turn;
  readonly offset: number;
  /** Infinity: to the end of the file. */
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly require?: "zero-copy";
  readonly kernelPath: KernelPath;
}

/** Sends `request.source` over `request.socket`, which nobody else writes to meanwhile. */
export async function transfer(request: TransferRequest): Promise<TransferResult> {
  const run = new Run(request);
  try {
    await run.connected();
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

/** Errors of the file; every other one is the socket's. */
const fileErrors = new Set([
  "EIO",
  "ESTALE",
  "EBADF",
  "EOVERFLOW", // an offset that no file of this file system reaches
]);

/** As often as the sender thread speaks: ZC_PROGRESS_INTERVAL_MS of engine.h. */
export const reportIntervalMs = 50;

class Run {
  bytes = 0;
  readonly #request: TransferRequest;
  readonly #parts: { path: TransferPath; bytes: number }[] = [];
  /**
   * Bytes to send. A file that says 0 may be empty or of procfs: only its end tells, so nothing is
   * promised for it.
   */
  readonly #total: number;
  /** Why the transfer has to end early; the first reason stays. */
  readonly #stop = new AbortController();

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
    this.#stop.abort((bytes: number) => closedError(this.#request.socket, bytes));
  };
  readonly #onAbort = (): void => {
    this.#stop.abort((bytes: number) => new AbortError(this.#request.signal?.reason, bytes));
  };

  /** A socket may be written to while it is still connecting. */
  async connected(): Promise<void> {
    const { socket } = this.#request;
    if (!socket.connecting || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      socket.once("connect", resolve);
      this.#stop.signal.addEventListener("abort", () => {
        socket.off("connect", resolve);
        resolve();
      });
    });
  }

  async send(): Promise<TransferResult> {
    this.#throwIfStopped();
    const obstacle = await this.#sendByKernel();
    if (obstacle !== undefined) {
      if (this.#request.require) {
        throw new ZeroCopyError(
          "ERR_ZERO_COPY_UNAVAILABLE",
          `Cannot send a file: wanted zero-copy, found that ${obstacle}`,
          { bytes: this.bytes },
        );
      }
      await this.#sendByCopying();
    }
    if (this.#reported !== this.bytes) this.#report();
    if (this.#thrown) throw this.#thrown.error;
    return combine(this.#parts);
  }

  /** Undefined when everything has been sent; otherwise why the kernel cannot send the rest. */
  async #sendByKernel(): Promise<string | undefined> {
    const { socket, source, turn, offset, kernelPath } = this.#request;
    const state = addonState();
    if (!state.addon) return state.reason;
    if (turn.intercepted) return "the _write of the socket has been replaced";
    const socketFd = plainFd(socket);
    if (socketFd === undefined) return "the socket is neither TCP nor a Unix socket";

    const started = startKernelTransfer(state.addon, {
      socketFd,
      fileFd: source.fd,
      device: source.device,
      offset,
      count: Math.min(this.#total, Number.MAX_SAFE_INTEGER),
      path: kernelPath,
      onMoved: (bytes) => this.#onMoved(bytes),
    });
    if (typeof started === "number") return `it could not be started (${errorCode(started)})`;
    this.#stop.signal.addEventListener("abort", started.cancel);
    const { bytes, status } = await started.finished;
    this.#stop.signal.removeEventListener("abort", started.cancel);

    this.bytes = bytes;
    const code = errorCode(status);
    const atEnd = source.size === 0 && (status === truncated || code === "EOVERFLOW");
    if (bytes > 0 || status === 0 || atEnd) this.#parts.push({ path: kernelPath, bytes });
    if (status === 0 || atEnd) return undefined;
    if (status === truncated) throw this.#truncatedError();
    if (status === cancelled) this.#throwIfStopped();
    if (unsupported.has(code)) return `${kernelPath} answers ${code} for this file`;
    const error = systemError(status, kernelPath, bytes);
    if (!fileErrors.has(code)) socket.destroy(error);
    throw error;
  }

  async #sendByCopying(): Promise<void> {
    const { source, offset } = this.#request;
    const before = this.bytes;
    const moved = await readWrite({
      fd: source.fd,
      offset: offset + before,
      count: this.#total - before,
      writeChunk: (chunk) => this.#writeChunk(chunk),
      onMoved: (bytes) => {
        this.bytes = before + bytes;
        if (performance.now() - this.#reportedAt >= reportIntervalMs) this.#onMoved(this.bytes);
        this.#throwIfStopped();
      },
    });
    this.#throwIfStopped();
    this.#parts.push({ path: "read-write", bytes: moved });
    if (source.size > 0 && this.bytes < this.#total) throw this.#truncatedError();
  }

  /**
   * A stop does not wait for a reader that has stalled. A part of the chunk may have left, so it is
   * the end of the socket; the chunk is not counted.
   */
  async #writeChunk(chunk: Uint8Array): Promise<void> {
    this.#throwIfStopped();
    const { socket, turn } = this.#request;
    const drop = (): unknown => socket.destroy();
    this.#stop.signal.addEventListener("abort", drop);
    try {
      await turn.writeChunk(chunk);
    } catch (error) {
      const { errno, syscall = "write" } = error as NodeJS.ErrnoException;
      const reason = errno === undefined ? error : systemError(errno, syscall, this.bytes);
      socket.destroy(reason as Error);
      throw reason;
    } finally {
      this.#stop.signal.removeEventListener("abort", drop);
    }
    this.#throwIfStopped();
  }

  /** Keeps `socket.setTimeout` from taking a moving transfer for an idle socket. */
  #onMoved(bytes: number): void {
    const { socket } = this.#request;
    this.bytes = bytes;
    if (socket.timeout) socket.setTimeout(socket.timeout);
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
    const known = this.#request.source.size > 0;
    return { bytes: this.bytes, total: known ? this.#total : undefined };
  }

  #throwIfStopped(): void {
    if (this.#request.socket.destroyed) this.#onClose();
    if (this.#stop.signal.aborted) {
      throw (this.#stop.signal.reason as (bytes: number) => unknown)(this.bytes);
    }
  }

  #truncatedError(): ZeroCopyError {
    return new ZeroCopyError(
      "ERR_FILE_TRUNCATED",
      `Cannot send a file: wanted ${this.#total} bytes, found that it became shorter after ${this.bytes}`,
      { bytes: this.bytes },
    );
  }
}

/** `cause` is what destroyed the socket, when something did. */
export function closedError(socket: Socket, bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot send a file: the socket was closed after ${bytes} bytes of it`,
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
