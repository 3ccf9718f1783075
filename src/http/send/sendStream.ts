/**
 * The stream of a file that {@link send} shows to its listeners: an `fs.ReadStream` in all that it does
 * and emits, but for three things. It has its file from `find`, so its 'open' opens nothing. What it is
 * asked for is sent past it where nobody could tell (readOrSend.ts). And when the file turns out to be
 * shorter than was promised, it destroys the response: what follows on the connection must not be taken
 * for the rest.
 */
import fs from "node:fs";
import type { ServerResponse } from "node:http";
import { safeOpenFlags } from "../../os/file.ts";
import type { Opened } from "../files/opened.ts";
import { readOrSend } from "../streams/readOrSend.ts";

export interface StreamedRange {
  readonly path: string;
  readonly offset: number;
  readonly count: number;
  /** Becomes the stream's; undefined: opened when the stream is. */
  readonly opened: Opened | undefined;
  readonly highWaterMark: number | undefined;
}

type ReadStreamClass = new (path: string, options: object) => fs.ReadStream;
const ReadStream = fs.ReadStream as unknown as ReadStreamClass;

export class SendFileStream extends ReadStream {
  readonly #count: number;

  constructor(response: ServerResponse, range: StreamedRange) {
    const { path, offset, count, opened, highWaterMark } = range;
    super(path, {
      start: offset,
      end: Math.max(offset, offset + count - 1),
      highWaterMark,
      fs: opened ? handedOver(opened) : safeFs,
    });
    this.#count = count;
    this.once("end", () => {
      if (!this.isWhole) response.destroy();
    });
  }

  /** Whether all that was promised has been read, or sent. */
  get isWhole(): boolean {
    return this.bytesRead >= this.#count;
  }

  override _read(size: number): void {
    // fs.ReadStream has no empty range: it would read a byte of a file that grew.
    if (this.#count === 0) this.push(null);
    else readOrSend(this, size);
  }
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
