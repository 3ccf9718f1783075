/**
 * Two sockets joined, as a proxy joins them. Each direction is a drain of its own, at its place in
 * the write order of its target:
 *
 *     a ──▶ takeReading ──▶ drain ──▶ inWriteOrder(b) ── the end of a ──▶ b.end()
 *     a.end() ◀── the end of b ── inWriteOrder(a) ◀── drain ◀── takeReading ◀── b
 *
 * The first failure of either direction ends both, and destroys both sockets.
 */
import type { Socket } from "node:net";
import { AbortError, ValueError } from "../core/errors.ts";
import { checkDuplex, checkOptions } from "./checks.ts";
import type { CommonOptions } from "./checks.ts";
import { drain, kernelObstacle, requireKernelPath } from "./drain.ts";
import type { Part } from "./drain.ts";
import { takeReading } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { combine } from "./result.ts";
import type { TransferResult } from "./result.ts";
import { connected, plainFd } from "./plainSocket.ts";
import { Watch } from "./watch.ts";
import { inWriteOrder } from "./writeOrder.ts";
import type { Turn } from "./writeOrder.ts";

export interface RelayProgress {
  /** Bytes that have arrived so far, both ways. */
  readonly bytes: number;
  readonly bytesAToB: number;
  readonly bytesBToA: number;
}

export interface RelayOptions {
  /** Ends the relay early, which destroys both sockets. */
  readonly signal?: AbortSignal;
  /** Called about every 50 ms while bytes move, and once at the end. */
  readonly onProgress?: (progress: RelayProgress) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy. */
  readonly require?: "zero-copy";
}

/** Both directions together, and each. */
export interface RelayResult extends TransferResult {
  readonly aToB: TransferResult;
  readonly bToA: TransferResult;
}

/**
 * Joins two sockets: what arrives at one is sent by the other, both ways, until both have ended. It
 * is `a.pipe(b); b.pipe(a)` of a TCP proxy, without the bytes passing through this process.
 *
 * The end of one side is passed on when everything before it has left: `b.end()` follows the end of
 * `a`, and `b` may go on sending, whatever `allowHalfOpen` says. Either socket may still be
 * connecting. What the program wrote to a socket before leaves first; what it writes to one later
 * leaves after the last byte of the other.
 *
 * A failure of either side, a `destroy()` of either side and an abort end both at once: both
 * sockets are destroyed, with the error when there was one, and the promise rejects. No `'error'`
 * listener is needed for that. Bytes that move count as activity for `socket.setTimeout`; a relay
 * that stalls is an idle socket, as any other.
 *
 * *Copies:* none on Linux between TCP and Unix sockets (`path: "splice"`); two per byte elsewhere
 * and when one side is a TLS socket (`path: "read-write"`). What Node had read before the call is
 * always copied, and `paths` says how much.
 *
 * *Complexity:* O(bytes) in the kernel; a pipe and two duplicated descriptors per direction, no
 * memory of the program. Setting it up costs about half a millisecond of CPU time: for connections
 * that carry a few kilobytes each, `pipe` is cheaper (docs/design/0008-taking-the-reading-side.md).
 *
 * @returns when both sides have ended and the kernel has taken the last byte.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `a` is `b`.
 * @throws {ZeroCopyError} ERR_SOCKET_IN_USE when somebody else reads from a socket (a `'data'` or
 *   `'readable'` listener, a pipe, an encoding, `onread`); ERR_SOCKET_CLOSED;
 *   ERR_ZERO_COPY_UNAVAILABLE. The first and the last leave the sockets as they were.
 * @throws {AbortError} when `signal` aborts.
 * @throws {OSError} of either socket (ECONNRESET, EPIPE, …). Source: splice(2).
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { relay } from "zerocopy/net";
 *
 * const upstream = net.createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
 * const proxy = net.createServer({ pauseOnConnect: true }, async (client) => {
 *   const { port } = upstream.address() as net.AddressInfo;
 *   const { bToA, path } = await relay(client, net.connect(port, "127.0.0.1"));
 *   console.log(`${bToA.bytes} bytes to the client by ${path}`);
 * });
 * proxy.listen(0, "127.0.0.1", () => {
 *   const { port } = proxy.address() as net.AddressInfo;
 *   net.connect(port, "127.0.0.1").resume().on("close", () => {
 *     upstream.close();
 *     proxy.close();
 *   });
 * });
 * ```
 */
export async function relay(
  a: Socket,
  b: Socket,
  options: RelayOptions = {},
): Promise<RelayResult> {
  checkDuplex(a, action);
  checkDuplex(b, action);
  if (a === b) throw new ValueError("Cannot relay: wanted two sockets, found the same one twice");
  const common = checkOptions(options, action);
  const { signal, require } = common;
  if (signal?.aborted) throw new AbortError(signal.reason);
  if (require) requireKernelPath(action, a, b);
  return new Relay(a, b, common).run();
}

const action = "relay";

class Direction {
  readonly source: Socket;
  readonly target: Socket;
  readonly reading: Reading;
  /** Arrived so far. */
  bytes = 0;
  parts: readonly Part[] = [];
  /** The source has ended, and everything of it has arrived. */
  drained = false;
  /** And the target has been ended. */
  finished = false;

  constructor(source: Socket, target: Socket) {
    this.source = source;
    this.target = target;
    this.reading = takeReading(source, action);
  }
}

class Relay {
  readonly #options: CommonOptions<RelayProgress>;
  readonly #aToB: Direction;
  readonly #bToA: Direction;
  readonly #watch: Watch;

  constructor(a: Socket, b: Socket, options: CommonOptions<RelayProgress>) {
    this.#options = options;
    this.#aToB = new Direction(a, b);
    try {
      this.#bToA = new Direction(b, a);
    } catch (error) {
      this.#aToB.reading.giveBack();
      throw error;
    }
    this.#watch = new Watch({
      action,
      sockets: [a, b],
      signal: options.signal,
      isDone: (socket) => {
        const [out, into] = socket === a ? this.#both : this.#both.toReversed();
        return (out!.drained || out!.reading.ended) && into!.finished;
      },
      bytes: () => this.#aToB.bytes + this.#bToA.bytes,
      report: () => this.#report(),
    });
  }

  get #both(): readonly Direction[] {
    return [this.#aToB, this.#bToA];
  }

  async run(): Promise<RelayResult> {
    const sources = this.#both.map(({ source }) => source);
    const allowed = sources.map((socket) => socket.allowHalfOpen);
    // Node would end the other direction with this one.
    for (const socket of sources) socket.allowHalfOpen = true;
    await Promise.all(this.#both.map((direction) => this.#move(direction)));
    sources.forEach((socket, index) => (socket.allowHalfOpen = allowed[index]!));
    for (const { reading } of this.#both) reading.giveBack();
    this.#watch.close();
    const [aToB, bToA] = [this.#aToB.parts, this.#bToA.parts];
    return { ...combine([...aToB, ...bToA]), aToB: combine(aToB), bToA: combine(bToA) };
  }

  /** Never rejects: a failure is the relay's. */
  async #move(direction: Direction): Promise<void> {
    const { source, target } = direction;
    const { stop } = this.#watch;
    try {
      await inWriteOrder(target, async (turn) => {
        await Promise.all([connected(source, stop), connected(target, stop)]);
        await this.#drain(direction, turn);
      });
      if (stop.aborted) return;
      direction.drained = true;
      await finishing(target, stop);
      direction.finished = true;
    } catch (error) {
      this.#watch.fail(error);
    }
  }

  async #drain(direction: Direction, turn: Turn): Promise<void> {
    const { source, target, reading } = direction;
    direction.parts = await drain({
      action,
      reading,
      most: Infinity,
      obstacle: () => {
        if (turn.intercepted) return "the _write of a socket has been replaced";
        if (reading.intercepted) return "the _read of a socket has been replaced";
        return kernelObstacle(source) ?? kernelObstacle(target);
      },
      start: (addon, transfers) => addon.startRelay(transfers, plainFd(source)!, plainFd(target)!),
      writeChunk: (chunk) => turn.writeChunk(chunk),
      require: this.#options.require,
      stop: this.#watch.stop,
      onMoved: (bytes) => {
        direction.bytes = bytes;
        this.#watch.moved();
      },
    });
  }

  #report(): void {
    const [bytesAToB, bytesBToA] = [this.#aToB.bytes, this.#bToA.bytes];
    this.#options.onProgress?.({ bytes: bytesAToB + bytesBToA, bytesAToB, bytesBToA });
  }
}

/** Ends the writing side. Resolves when that has reached the kernel, or the relay has failed. */
async function finishing(socket: Socket, stop: AbortSignal): Promise<void> {
  if (!socket.writableEnded) socket.end();
  if (socket.writableFinished || socket.closed || stop.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off("finish", done).off("close", done);
      stop.removeEventListener("abort", done);
      resolve();
    };
    socket.once("finish", done).once("close", done);
    stop.addEventListener("abort", done);
  });
}
