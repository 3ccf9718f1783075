/**
 * Empties the reading side of a socket into a target, which another socket is to `relay` and a file
 * to `saveTo`.
 *
 *     what Node had read before ─▶ writeChunk ("read-write")
 *     the kernel path ── the end, or `most` bytes ───────────────────────▶ result
 *         │ TLS, EINVAL, ENOSYS, … (this socket or target cannot)
 *         ▼
 *     the stream, piece by piece ─▶ writeChunk ("read-write") ───────────▶ result with both paths
 */
import type { Socket } from "node:net";
import { addonState } from "../native/binding.ts";
import type { NativeAddon, TransferGroup } from "../native/binding.ts";
import { errorCode, systemError } from "../native/systemError.ts";
import { unavailable } from "./failures.ts";
import { cancelled, startKernelTask } from "./kernelTransfer.ts";
import type { Chunk, Reading } from "./reading.ts";
import type { TransferPath } from "./result.ts";
import { plainFd } from "./plainSocket.ts";
import { unsupported } from "./transfer.ts";

export interface DrainRequest {
  /** For messages: "Cannot relay: …". */
  readonly action: string;
  readonly reading: Reading;
  /** Infinity: to the end of the stream. */
  readonly most: number;
  /** Why the kernel path cannot be taken, if that is known. */
  readonly obstacle: () => string | undefined;
  /** The kernel path for the bytes after the first `moved`: an id, or `-errno`. */
  readonly start: (addon: NativeAddon, transfers: TransferGroup, moved: number) => number;
  readonly writeChunk: Chunk;
  readonly require: "zero-copy" | undefined;
  /** Ends everything early. The owner knows why. */
  readonly stop: AbortSignal;
  /** Must not throw. */
  readonly onMoved: (bytes: number) => void;
}

export type Part = { readonly path: TransferPath; readonly bytes: number };

/** Resolves to what has arrived, by which path, at the end, after `most` bytes or when stopped. */
export async function drain(request: DrainRequest): Promise<readonly Part[]> {
  const run = new Drain(request);
  await run.takeBuffered();
  const obstacle = await run.byKernel();
  if (obstacle !== undefined) await run.byCopying(obstacle);
  return run.parts;
}

/** Why bytes of `socket` cannot be moved by the kernel, if that is known already. */
export function kernelObstacle(socket: Socket): string | undefined {
  const state = addonState();
  if (!state.addon) return state.reason;
  if ("encrypted" in socket && socket.encrypted) return "TLS must be spoken by its own stream";
  // While it is connecting a socket may have no descriptor yet.
  if (socket.connecting || plainFd(socket) !== undefined) return undefined;
  return "a socket is neither TCP nor a Unix socket";
}

/** @throws {ZeroCopyError} ERR_ZERO_COPY_UNAVAILABLE when that can be told before it begins. */
export function requireKernelPath(action: string, ...sockets: readonly Socket[]): void {
  const obstacle = sockets.map(kernelObstacle).find((found) => found !== undefined);
  if (obstacle !== undefined) throw unavailable(action, obstacle, 0);
}

class Drain {
  readonly #request: DrainRequest;
  #kernelBytes: number | undefined;
  #copiedBytes = 0;

  constructor(request: DrainRequest) {
    this.#request = request;
  }

  get parts(): readonly Part[] {
    const copied: Part = { path: "read-write", bytes: this.#copiedBytes };
    if (this.#kernelBytes === undefined) return [copied];
    return [{ path: "splice", bytes: this.#kernelBytes }, copied];
  }

  get #bytes(): number {
    return (this.#kernelBytes ?? 0) + this.#copiedBytes;
  }

  get #left(): number {
    return this.#request.most - this.#bytes;
  }

  async takeBuffered(): Promise<void> {
    const { reading, stop } = this.#request;
    for (const chunk of reading.takeBuffered(this.#left)) {
      if (stop.aborted) return;
      await this.#copy(chunk);
    }
  }

  /** Undefined when nothing is left to do; otherwise why the kernel cannot do it. */
  async byKernel(): Promise<string | undefined> {
    const { stop, start, onMoved, reading, obstacle } = this.#request;
    const wanted = this.#left;
    if (stop.aborted || wanted === 0 || reading.ended) return undefined;
    const { addon } = addonState();
    const known = obstacle();
    if (!addon || known !== undefined) return known;
    const before = this.#bytes;
    const started = startKernelTask(
      addon,
      { count: wanted, onMoved: (bytes) => onMoved(before + bytes) },
      (transfers) => start(addon, transfers, before),
    );
    if (typeof started === "number") return `it could not be started (${errorCode(started)})`;
    stop.addEventListener("abort", started.cancel);
    const { bytes, status } = await started.finished;
    stop.removeEventListener("abort", started.cancel);

    const code = errorCode(status);
    if (bytes > 0 || !unsupported.has(code)) this.#kernelBytes = bytes;
    onMoved(this.#bytes);
    if (status === 0 && bytes < wanted) reading.end();
    if (status === 0 || (status === cancelled && stop.aborted)) return undefined;
    if (unsupported.has(code)) return `splice answers ${code}`;
    throw systemError(status, "splice", this.#bytes);
  }

  async byCopying(obstacle: string): Promise<void> {
    const { reading, require, action, stop } = this.#request;
    if (require) throw unavailable(action, obstacle, this.#bytes);
    await reading.pump(this.#left, (chunk) => this.#copy(chunk), stop);
  }

  async #copy(chunk: Uint8Array): Promise<void> {
    const { writeChunk, onMoved } = this.#request;
    await writeChunk(chunk);
    this.#copiedBytes += chunk.length;
    onMoved(this.#bytes);
  }
}
