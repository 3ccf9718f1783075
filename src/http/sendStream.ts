/**
 * The stream of a file that {@link send} shows to its listeners: an `fs.ReadStream` in all that it does
 * and emits, but for two things. It has its file from `find`, so its 'open' opens nothing; and when the
 * response that it is piped into asks for the first bytes, and nobody else does, the kernel sends them
 * all.
 *
 *     'open' ──▶ first _read ── somebody listens, or an obstacle ──▶ reads, as every ReadStream
 *                    │ only the response
 *                sendBody ──▶ push(null) ──▶ 'end', and pipe() ends the response ──▶ 'close'
 *
 * Whoever destroys it ends the transfer.
 */
import fs from "node:fs";
import type { ServerResponse } from "node:http";
import { addonState } from "../native/binding.ts";
import { combine } from "../net/result.ts";
import { safeOpenFlags } from "../os/file.ts";
import { sendBody } from "./body.ts";
import { endAfterBody, messageObstacle } from "./message.ts";
import type { Opened } from "./opened.ts";
import { recorded } from "./report.ts";
import type { BodyResult } from "./report.ts";

export interface StreamedRange {
  readonly path: string;
  readonly offset: number;
  readonly count: number;
  /** Becomes the stream's; undefined: opened when the stream is. */
  readonly opened: Opened | undefined;
  readonly highWaterMark: number | undefined;
}

/** What `@types/node` does not say of it. */
interface Internals {
  pos: number;
  readonly _readableState: {
    readonly pipes: readonly unknown[];
    readonly encoding: unknown;
    readonly flowing: boolean | null;
  };
}

type ReadStreamClass = new (path: string, options: object) => fs.ReadStream;
const ReadStream = fs.ReadStream as unknown as ReadStreamClass;

/** Through these the bytes of a stream go: whoever has replaced one wants to see them. */
const ways = ["_read", "read", "push", "unshift", "pipe", "on", "emit"] as const;

export class SendFileStream extends ReadStream {
  readonly #response: ServerResponse;
  readonly #range: StreamedRange;
  #isAsked = false;
  #sending: AbortController | undefined;
  /** What is to be done when the transfer has ended. */
  #whenStill: (() => void) | undefined;
  #obstacle: string | undefined;

  constructor(response: ServerResponse, range: StreamedRange) {
    const { path, offset, count, opened, highWaterMark } = range;
    super(path, {
      start: offset,
      end: Math.max(offset, offset + count - 1),
      highWaterMark,
      fs: opened ? handedOver(opened) : safeFs,
    });
    this.#response = response;
    this.#range = range;
  }

  override _read(size: number): void {
    if (this.#range.count === 0) {
      this.push(null); // fs.ReadStream has no empty range: it would read a byte of a file that grew
      return;
    }
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#obstacle = this.#findObstacle();
      if (this.#obstacle === undefined) return this.#send();
      this.once("end", () => this.#recordRead());
    }
    super._read(size);
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null || this.bytesRead >= this.#range.count) return super.push(chunk, encoding);
    // The file has become shorter: the rest that was promised must not be made up by what follows.
    this.#response.destroy();
    this.destroy();
    return false;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#sending) return super._destroy(error, callback);
    this.#whenStill = () => super._destroy(error, callback);
    this.#sending.abort();
  }

  /** Why somebody has to see the bytes; undefined when the kernel may send them. */
  #findObstacle(): string | undefined {
    const state = addonState();
    if (!state.addon) return state.reason;
    const { pipes, encoding, flowing } = (this as unknown as Internals)._readableState;
    const isPiped = pipes.length === 1 && pipes[0] === this.#response && flowing === true;
    const isSeen = this.listenerCount("data") !== 1 || this.listenerCount("readable") !== 0;
    if (!isPiped || isSeen || encoding) return "somebody else reads the stream of the file";
    const replaced = ways.find((way) => Object.hasOwn(this, way));
    if (replaced) return `${replaced}() of the stream has been replaced`;
    if (!this.#range.opened) return "the file was opened again";
    if (this.#response.writableEnded) return "the response has ended";
    if (this.#response.hasHeader("Transfer-Encoding")) return "the message is chunked";
    return messageObstacle(this.#response);
  }

  #send(): void {
    const { opened, offset, count } = this.#range;
    this.#sending = new AbortController();
    const { signal } = this.#sending;
    const { fd, stats } = opened!;
    const file = { fd, device: stats.dev, offset, count };
    let sent: BodyResult | Promise<BodyResult>;
    try {
      const options = { signal, onProgress: undefined, require: undefined };
      sent = sendBody(this.#response, file, options);
    } catch (error) {
      this.#failed(error as Error);
      return;
    }
    if (sent instanceof Promise) {
      // In a tick of their own: what a listener throws is not a rejection.
      sent.then(
        () => process.nextTick(() => this.#sent()),
        (error: Error) => process.nextTick(() => this.#failed(error)),
      );
    } else {
      this.#sent();
    }
  }

  #sent(): void {
    if (this.#isDestroyedNow()) return;
    const { count } = this.#range;
    this.bytesRead += count;
    (this as unknown as Internals).pos += count;
    // Bytes that did not go through write() are not in the count that end() compares.
    const { strictContentLength } = this.#response;
    if (strictContentLength) this.prependOnceListener("end", () => endAfterBody(this.#response));
    this.push(null);
  }

  #failed(error: Error): void {
    if (this.#isDestroyedNow()) return;
    // A client that has gone is no error of the file: on its 'close' the stream is destroyed.
    if (isOfFile(error)) this.destroy(error);
    else this.destroy();
  }

  #isDestroyedNow(): boolean {
    this.#sending = undefined;
    this.#whenStill?.();
    return this.destroyed;
  }

  #recordRead(): void {
    const read = combine([{ path: "read-write", bytes: this.bytesRead }]);
    recorded(this.#obstacle === undefined ? read : { ...read, reason: this.#obstacle });
  }
}

/** Of reading; not of the connection, and not that the file became shorter, which ended that. */
export function isOfFile(error: NodeJS.ErrnoException): boolean {
  return error.errno !== undefined && error.code !== "EPIPE" && error.code !== "ECONNRESET";
}

type Opening = (error: NodeJS.ErrnoException | null, fd?: number) => void;
type Closing = (error?: NodeJS.ErrnoException | null) => void;

/** A file system in which the file is open already. In a turn of its own, like any other. */
function handedOver(opened: Opened): object {
  return {
    open: (_path: string, _flags: string, _mode: number, done: Opening) =>
      void setImmediate(done, null, opened.fd),
    read: fs.read,
    close: (_fd: number, done: Closing) => {
      opened.close();
      process.nextTick(done);
    },
  };
}

/** A FIFO without a writer does not keep a thread of the pool. */
const safeFs = {
  open: (path: string, _flags: string, _mode: number, done: Opening): void =>
    fs.open(path, fs.constants.O_RDONLY | safeOpenFlags, done),
  read: fs.read,
  close: fs.close,
};
