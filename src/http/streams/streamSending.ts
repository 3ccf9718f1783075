/**
 * What a file stream would read, sent by the engine instead, and how it is given back to the stream.
 *
 *     head ─▶ its turn on the connection ─▶ its turn on the socket ─▶ the engine ─▶ given back: the end
 *      └────────────────────┴──────────────────────┴──────────────────────┴─▶ given back: the rest
 *
 * Whatever ends it, the stream goes on by itself, from the exact byte: it finds the end of the file, or more
 * of it, or the error, as if it had read everything before. So errors are nobody's business here.
 * While bytes are sent, calls that would have shown what is read, or come between, are watched for; the
 * first gives back. The descriptor is the stream's, which may close it: the engine has a duplicate, and
 * what is asked before the engine starts is not believed afterwards.
 */
import fs from "node:fs";
import type { ReadStream } from "node:fs";
import { Socket } from "node:net";
import type { NativeAddon } from "../../native/binding.ts";
import { errorCode } from "../../native/systemError.ts";
import { countSent } from "../../net/bytesWritten.ts";
import { cancelled, startKernelTransfer, truncated } from "../../net/kernelTransfer.ts";
import { connected, plainFd } from "../../net/plainSocket.ts";
import { inWriteOrder } from "../../net/writeOrder.ts";
import type { Turn } from "../../net/writeOrder.ts";
import { flushHead, socketObstacle } from "../message.ts";
import type { PartCount } from "../report.ts";
import { advance, placeOf, telling } from "./readStream.ts";
import type { Target } from "./streamTarget.ts";
import { watch } from "./watch.ts";

export interface SendingRequest {
  readonly addon: NativeAddon;
  readonly stream: ReadStream;
  readonly target: Target;
  /** Undefined: not asked yet, because that could have to wait. */
  readonly stats: fs.Stats | undefined;
  readonly count: PartCount;
  /** Called once, when the stream is to read again. `reason`: why the rest was not sent. */
  readonly giveBack: (reason: string | undefined) => void;
}

/** Of the stream: what would see bytes, or end them. */
const reading = ["on", "addListener", "prependListener", "pause", "unpipe"];
const changing = ["setEncoding", "unshift", "_destroy"];
const listening: ReadonlySet<string> = new Set(reading.slice(0, 3));
/** Of the target: what would come between. */
const writing = ["write", "end"];

export class Sending {
  readonly #request: SendingRequest;
  readonly #unwatch: (() => void)[];
  #isOver = false;
  #cancelEngine: (() => void) | undefined;
  /** Why it was given back early. */
  #reason: string | undefined;
  /** Of this sending, so far. */
  #bytes = 0;

  constructor(request: SendingRequest) {
    this.#request = request;
    const { stream, target } = request;
    this.#unwatch = [
      watch(stream, [...reading, ...changing], (method, argument) => {
        if (listening.has(method) && !telling.has(argument)) return;
        this.cancel(`${method}() of the file stream was called while it was sent`);
      }),
      watch(target, writing, (method) => {
        this.cancel(`${method}() was called while a file was sent`);
      }),
    ];
    this.#send().then(
      (reason) => this.#end(reason),
      () => this.#end("the connection was closed"),
    );
  }

  /** Gives back: at once, or when the engine has said how far it has come. */
  cancel(reason: string): void {
    if (this.#isOver) return;
    this.#reason ??= reason;
    if (this.#cancelEngine) this.#cancelEngine();
    else this.#end();
  }

  #end(reason?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const unwatch of this.#unwatch) unwatch();
    const { stream, giveBack } = this.#request;
    if (!stream.destroyed) giveBack(this.#reason ?? reason);
  }

  /** Resolves to why there is a rest; undefined when there is none. */
  async #send(): Promise<string | undefined> {
    const { stream, target } = this.#request;
    const stats = this.#request.stats ?? (await status(placeOf(stream).fd));
    if (this.#isOver) return undefined;
    if (!stats?.isFile()) return "it is no regular file";
    const socket = target instanceof Socket ? target : await this.#assigned(target);
    if (this.#isOver) return undefined;
    return inWriteOrder(socket, async (turn) => {
      const close = (): void => this.cancel("the connection was closed");
      socket.once("close", close);
      try {
        await connected(socket, undefined);
        return this.#isOver ? undefined : await this.#move(stats, socket, turn);
      } finally {
        socket.off("close", close);
      }
    });
  }

  /** The socket when the turn of `message` on it has come. */
  #assigned(message: Exclude<Target, Socket>): Promise<Socket> | Socket {
    flushHead(message);
    if (message.socket) return message.socket;
    return new Promise((resolve) => {
      // What has been queued in the message is written right after this event.
      const assigned = (socket: Socket): void => process.nextTick(resolve, socket);
      message.once("socket", assigned);
      this.#unwatch.push(() => message.off("socket", assigned));
    });
  }

  async #move(stats: fs.Stats, socket: Socket, turn: Turn): Promise<string | undefined> {
    const { addon, stream, target, count: counted } = this.#request;
    // Of a message it may be known only now; the write() of a socket has been shadowed by ourselves.
    const obstacle = target === socket ? undefined : socketObstacle(socket);
    if (obstacle !== undefined) return obstacle;
    if (turn.intercepted) return "the _write of the socket has been replaced";
    const socketFd = plainFd(socket);
    if (socketFd === undefined) return "the connection was closed";

    const { fd, offset, end } = placeOf(stream);
    const count = Math.min(end, stats.size) - offset;
    if (count <= 0) return undefined;
    const moved = (bytes: number): void => {
      countSent(socket, bytes - this.#bytes);
      advance(stream, bytes - this.#bytes);
      this.#bytes = bytes;
    };
    const started = startKernelTransfer(addon, {
      ...{ socketFd, fileFd: fd, device: stats.dev, offset, count, path: "sendfile" },
      onMoved(bytes) {
        moved(bytes);
        // Otherwise a moving transfer would be taken for an idle socket.
        if (socket.timeout) socket.setTimeout(socket.timeout);
      },
    });
    if (typeof started === "number") return `it could not be started (${errorCode(started)})`;
    this.#cancelEngine = started.cancel;
    const { bytes, status: ending } = await started.finished;
    moved(bytes);
    if (bytes > 0) counted.add("sendfile", bytes);
    if (ending === 0 || ending === truncated || ending === cancelled) return undefined;
    return `sendfile answers ${errorCode(ending)}`;
  }
}

/** Undefined when it cannot be had: the stream will say why. */
function status(fd: number): Promise<fs.Stats | undefined> {
  return new Promise((resolve) => {
    fs.fstat(fd, (error, stats) => resolve(error ? undefined : stats));
  });
}
