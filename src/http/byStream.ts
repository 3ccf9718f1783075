/**
 * A range of a file as the body of a message, as anybody would write it: where the kernel cannot send it.
 */
import { AbortError, ZeroCopyError } from "../core/errors.ts";
import type { CommonOptions } from "../net/checks.ts";
import { becameShorter, unavailable } from "../net/failures.ts";
import { readAt } from "../net/readWrite.ts";
import { combine } from "../net/result.ts";
import type { TransferProgress } from "../net/transfer.ts";
import { hearClose } from "./ends.ts";
import { cutOff, heldWays } from "./held.ts";
import { announceLength, connectionOf, hasNoBody, headHasLeft, uncork } from "./message.ts";
import type { Message } from "./message.ts";
import { nothing, recorded } from "./report.ts";
import type { BodyResult } from "./report.ts";

/** A range that a regular file has. */
export interface BodyFile {
  readonly fd: number;
  /** `st_dev`, by which is known whether its file system may be read on this thread. */
  readonly device: number;
  readonly offset: number;
  readonly count: number;
  /** The file does not tell its size (procfs): `count` is the most there may be, or Infinity. */
  readonly isUnsized?: boolean;
}

export type BodyOptions = CommonOptions<TransferProgress>;

/** As much as `fs.createReadStream` reads at a time, so that chunked bodies have the same chunks. */
const chunkBytes = 64 * 1024;

export async function byStream(
  message: Message,
  file: BodyFile,
  options: BodyOptions,
  reason: string,
): Promise<BodyResult> {
  if (options.require) {
    throw unavailable("send a file", reason, 0);
  }
  if (hasNoBody(message)) {
    if (!message.headersSent && !file.isUnsized) announceLength(message, file.count);
    return nothing;
  }
  const announces = !message.headersSent && !file.isUnsized && announceLength(message, file.count);
  const copying = new Copying(message, file, options);
  try {
    await copying.run();
  } catch (error) {
    if (copying.bytes > 0 || headHasLeft(message)) cutOff(message);
    else if (announces && !message.headersSent) message.removeHeader("Content-Length");
    throw error;
  } finally {
    copying.close();
  }
  return recorded({ ...combine([{ path: "read-write", bytes: copying.bytes }]), reason });
}

class Copying {
  /** That the message has taken. */
  bytes = 0;
  readonly #message: Message;
  readonly #file: BodyFile;
  readonly #options: BodyOptions;
  readonly #unheard: (() => void) | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(message: Message, file: BodyFile, options: BodyOptions) {
    this.#message = message;
    this.#file = file;
    this.#options = options;
    // A pipelined response hears nothing of its connection before it has its turn.
    const connection = connectionOf(message);
    this.#unheard = connection && hearClose(connection, this.#onClose);
    this.#isClosed = connection?.destroyed ?? false;
    message.on("drain", this.#onDrain).on("close", this.#onClose).on("error", this.#onClose);
    options.signal?.addEventListener("abort", this.#onDrain);
  }

  close(): void {
    this.#message.off("drain", this.#onDrain).off("close", this.#onClose);
    this.#message.off("error", this.#onClose);
    this.#unheard?.();
    this.#options.signal?.removeEventListener("abort", this.#onDrain);
  }

  async run(): Promise<void> {
    const { count, isUnsized } = this.#file;
    this.#check();
    while (this.bytes < count) {
      const chunk = await this.#read();
      this.#check();
      uncork(this.#message);
      if (chunk.length === 0 && isUnsized) return;
      if (chunk.length === 0) throw becameShorter(count, this.bytes, this.bytes);
      await this.#write(chunk);
      this.#options.onProgress?.({ bytes: this.bytes, total: isUnsized ? undefined : count });
    }
  }

  /** Into a new buffer each time: whoever has replaced `write` may keep it. */
  async #read(): Promise<Buffer> {
    const { fd, offset, count } = this.#file;
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, count - this.bytes));
    return buffer.subarray(0, await readAt(fd, buffer, offset + this.bytes));
  }

  async #write(chunk: Buffer): Promise<void> {
    const drained = new Promise<void>((resolve) => (this.#wake = resolve));
    const write = heldWays(this.#message).write as (chunk: Buffer) => unknown;
    const hasRoom = write.call(this.#message, chunk);
    this.bytes += chunk.length;
    if (hasRoom === false) await drained; // a replacement may say nothing
    this.#check();
  }

  #check(): void {
    const { signal } = this.#options;
    if (signal?.aborted) throw new AbortError(signal.reason, this.bytes);
    if (this.#isClosed || this.#message.destroyed) throw closed(this.bytes);
  }

  readonly #onDrain = (): void => this.#wake?.();

  readonly #onClose = (): void => {
    this.#isClosed = true;
    this.#wake?.();
  };
}

export function closed(bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot send a file: the connection was closed after ${bytes} bytes of it`,
    { bytes },
  );
}
