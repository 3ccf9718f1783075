/**
 * Drop-in for npm `send` 1.x: a file, or what it says about itself, as the answer to a request. Headers,
 * statuses, events and errors are those of npm `send`; the body is sent by the kernel where it can be.
 *
 *     pipe(res) ─▶ locate ─▶ find ─▶ 'file' ─▶ 'headers' ─▶ 412? 304? 416? ─▶ body ─▶ 'end'
 *                     │        │                                               │
 *                     ▼        ▼                              without 'stream' listeners: sendBody
 *                  400 403  404 500 'directory'               with them: 'stream', SendFileStream
 *
 * Where it differs, it is on purpose: status and bytes are of one open file, never of two that had the
 * same name one after the other; a file that becomes shorter while it is sent ends the connection,
 * which otherwise waits for bytes that never come; and a FIFO or device is an empty file.
 */
import fs from "node:fs";
import type { Stats } from "node:fs";
import { STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { Stream } from "node:stream";
import { invalidType } from "../../core/errors.ts";
import { addonState } from "../../native/binding.ts";
import { sendBody } from "../body.ts";
import { contentTypeOf } from "../grammar/contentType.ts";
import { weakEtag } from "../grammar/etag.ts";
import { endAfterBody, messageObstacle } from "../message.ts";
import { whenFinished } from "../ends.ts";
import type { Opened } from "../files/opened.ts";
import type { BodyResult } from "../report.ts";
import * as conditions from "./sendConditions.ts";
import type { SentValidators } from "./sendConditions.ts";
import { htmlPage, httpError } from "./sendError.ts";
import { escapeHtml } from "../html.ts";
import { find } from "./sendOpen.ts";
import type { Found } from "./sendOpen.ts";
import { checkOptions } from "./sendOptions.ts";
import type { SendOptions, SendSettings } from "./sendOptions.ts";
import { encodePath, locate, withOneSlash } from "./sendPath.ts";
import { SendFileStream } from "./sendStream.ts";

/**
 * Answers `req` with `file`, percent-encoded as in a URL, when it is piped into a response.
 *
 * *Copies:* none where the kernel sends the body; one or two per byte otherwise (`bodyCounts`).
 * *Complexity:* O(1) before the body.
 *
 * Emits `file(path, stats)`, `headers(res, path, stats)`, `stream(stream)`, `end()`,
 * `directory(res, path)` and `error(error)`, which has `status`; without a listener for `error` or
 * `directory` it answers by a page. See sendfile(2), RFC 9110 §13, §14.
 *
 * @throws {TypeError} an option, or the path, is of the wrong type
 *
 * @example
 * ```ts
 * import http from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { send } from "zerocopy/http";
 *
 * const server = http.createServer((req, res) => {
 *   const { pathname } = new URL(req.url ?? "/", "http://localhost");
 *   send(req, pathname, { root: import.meta.dirname, maxAge: "1h" })
 *     .on("error", (error: { status: number }) => {
 *       res.statusCode = error.status;
 *       res.end("not here");
 *     })
 *     .pipe(res);
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as AddressInfo;
 *   http.get({ port, path: "/nothing.txt", agent: false }, (res) => {
 *     console.log(res.statusCode); // 404
 *     res.resume().on("end", () => server.close());
 *   });
 * });
 * ```
 */
export function send(req: IncomingMessage, file: string, options?: SendOptions): SendStream {
  return new SendStream(req, file, options ?? {});
}

/** Given to `fs.createReadStream`, these ask for a stream that is not ours to make. */
const streamOptions = ["fs", "fd", "flags", "encoding", "signal", "autoClose", "emitClose"];

/** What {@link send} returns. Its methods are those of npm `send`, for listeners that use them. */
export class SendStream extends Stream {
  readonly options: SendOptions;
  readonly path: string;
  readonly req: IncomingMessage;
  /** From `pipe` on. */
  declare res: ServerResponse;
  readonly #settings: SendSettings;
  #opened: Opened | undefined;

  /** @internal */
  constructor(req: IncomingMessage, file: string, options: SendOptions) {
    super();
    if (typeof file !== "string") throw invalidType("send a file", "a path", file);
    this.options = options;
    this.path = file;
    this.req = req;
    this.#settings = checkOptions(options);
  }

  /** Answers. Nothing but an error of the path is emitted before this returns. */
  override pipe<Response extends NodeJS.WritableStream>(res: Response): Response {
    this.res = res as unknown as ServerResponse;
    const { root, dotfiles, index } = this.#settings;
    const found = locate(this.path, root, dotfiles);
    if (typeof found === "number") this.error(found);
    else if (index.length > 0 && this.hasTrailingSlash()) this.sendIndex(found);
    else this.sendFile(found);
    return res;
  }

  hasTrailingSlash(): boolean {
    return this.path.endsWith("/");
  }

  /** Emits an error, or answers by a page if nobody listens. */
  error(status: number, cause?: Error | Readonly<Record<string, unknown>>): void {
    if (this.listenerCount("error") > 0) {
      this.emit("error", httpError(status, cause));
      return;
    }
    const { res } = this;
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    const headers = (cause as { headers?: Readonly<Record<string, string>> } | undefined)?.headers;
    for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
    this.#page(status, htmlPage("Error", escapeHtml(STATUS_CODES[status] ?? String(status))));
  }

  #page(status: number, page: string, location?: string): void {
    const { res } = this;
    res.statusCode = status;
    res.setHeader("Content-Type", "text/html; charset=UTF-8");
    res.setHeader("Content-Length", Buffer.byteLength(page));
    res.setHeader("Content-Security-Policy", "default-src 'none'");
    res.setHeader("X-Content-Type-Options", "nosniff");
    if (location !== undefined) res.setHeader("Location", location);
    res.end(page);
  }

  /** For a directory: emits it, or answers by a redirection to the path with a slash. */
  redirect(directory: string): void {
    if (this.listenerCount("directory") > 0) {
      this.emit("directory", this.res, directory);
      return;
    }
    if (this.hasTrailingSlash()) {
      this.error(403);
      return;
    }
    const location = encodePath(withOneSlash(`${this.path}/`));
    const page = htmlPage("Redirecting", `Redirecting to ${escapeHtml(location)}`);
    this.#page(301, page, location);
  }

  // Finding.

  /** Sends a file, or the first there is with one of `extensions`. */
  sendFile(file: string): void {
    const isFolder = file.endsWith(path.sep);
    find(file, (error, found) => {
      if (error) {
        const { extensions } = this.#settings;
        const mayHaveOne = error.code === "ENOENT" && !path.extname(file) && !isFolder;
        if (!mayHaveOne) this.onStatError(error);
        else
          this.#sendFirst(
            extensions.map((extension) => `${file}.${extension}`),
            error,
          );
      } else if (found!.stats.isDirectory()) {
        found!.opened?.close();
        this.redirect(file);
      } else if (isFolder) {
        found!.opened?.close();
        this.error(404);
      } else {
        this.#sendFound(file, found!);
      }
    });
  }

  /** Sends the first there is of `index`. */
  sendIndex(directory: string): void {
    this.#sendFirst(this.#settings.index.map((name) => path.join(directory, name)));
  }

  #sendFirst([file, ...others]: readonly string[], before?: NodeJS.ErrnoException): void {
    if (file === undefined) {
      if (before) this.onStatError(before);
      else this.error(404);
      return;
    }
    find(file, (error, found) => {
      if (found && !found.stats.isDirectory()) {
        this.#sendFound(file, found);
      } else {
        found?.opened?.close();
        this.#sendFirst(others, error);
      }
    });
  }

  #sendFound(file: string, { stats, opened }: Found): void {
    this.#opened = opened;
    try {
      this.emit("file", file, stats);
      this.send(file, stats);
    } finally {
      this.#takeOpened()?.close(); // nobody has needed it, or a listener has thrown
    }
  }

  #takeOpened(): Opened | undefined {
    const opened = this.#opened;
    this.#opened = undefined;
    return opened;
  }

  onStatError(error: NodeJS.ErrnoException): void {
    const isNotThere = ["ENAMETOOLONG", "ENOENT", "ENOTDIR"].includes(error.code ?? "");
    this.error(isNotThere ? 404 : 500, error);
  }

  // Answering.

  /** Answers with a file that is there. */
  send(file: string, stats: Stats): void {
    const { req, res } = this;
    if (res.headersSent) {
      this.headersAlreadySent();
      return;
    }
    this.setHeader(file, stats);
    this.type(file);
    if (this.isConditionalGET()) {
      if (this.isPreconditionFailure()) {
        this.error(412);
        return;
      }
      if (this.isCachable() && this.isFresh()) {
        this.notModified();
        return;
      }
    }
    const range = this.#chooseRange(stats.size);
    if (!range) return;
    res.setHeader("Content-Length", range.count);
    if (req.method === "HEAD") {
      res.end();
      return;
    }
    const end = range.offset + range.count - 1;
    this.stream(file, { start: range.offset, end });
  }

  /** Undefined when the answer was 416. */
  #chooseRange(size: number): { offset: number; count: number } | undefined {
    const { res } = this;
    const { start, end, acceptRanges } = this.#settings;
    const count = Math.max(0, Math.min(size - start, end - start + 1));
    const range = acceptRanges
      ? conditions.rangeOf(this.req.headers, this.#validators(), count)
      : undefined;
    if (range === undefined) return { offset: start, count };
    if (range === "unsatisfiable") {
      const contentRange = `bytes */${count}`;
      res.setHeader("Content-Range", contentRange);
      this.error(416, { headers: { "Content-Range": contentRange } });
      return undefined;
    }
    res.statusCode = 206;
    res.setHeader("Content-Range", `bytes ${range.start}-${range.end}/${count}`);
    return { offset: start + range.start, count: range.end - range.start + 1 };
  }

  /** Sets the headers that nobody has set, after `headers` was emitted. */
  setHeader(file: string, stats: Stats): void {
    const { res } = this;
    this.emit("headers", res, file, stats);
    const { acceptRanges, cacheControl, lastModified, etag } = this.#settings;
    if (acceptRanges && !res.getHeader("Accept-Ranges")) res.setHeader("Accept-Ranges", "bytes");
    if (cacheControl !== undefined && !res.getHeader("Cache-Control")) {
      res.setHeader("Cache-Control", cacheControl);
    }
    if (lastModified && !res.getHeader("Last-Modified")) {
      res.setHeader("Last-Modified", stats.mtime.toUTCString());
    }
    if (etag && !res.getHeader("ETag")) res.setHeader("ETag", weakEtag(stats));
  }

  /** Sets Content-Type, if nobody has. */
  type(file: string): void {
    const { res } = this;
    if (res.getHeader("Content-Type")) return;
    res.setHeader("Content-Type", contentTypeOf(file) ?? "application/octet-stream");
  }

  isConditionalGET(): boolean {
    return conditions.isConditional(this.req.headers);
  }

  isPreconditionFailure(): boolean {
    return conditions.preconditionFails(this.req.headers, this.#validators());
  }

  isFresh(): boolean {
    return conditions.isNotModified(this.req.headers, this.#validators());
  }

  isRangeFresh(): boolean {
    return conditions.isRangeFresh(this.req.headers, this.#validators());
  }

  isCachable(): boolean {
    const { statusCode } = this.res;
    return (statusCode >= 200 && statusCode < 300) || statusCode === 304;
  }

  #validators(): SentValidators {
    const etag = this.res.getHeader("ETag");
    const lastModified = this.res.getHeader("Last-Modified");
    return { etag: textOf(etag), lastModified: textOf(lastModified) };
  }

  notModified(): void {
    this.removeContentHeaderFields();
    this.res.statusCode = 304;
    this.res.end();
  }

  removeContentHeaderFields(): void {
    for (const what of ["Encoding", "Language", "Length", "Range", "Type"]) {
      this.res.removeHeader(`Content-${what}`);
    }
  }

  headersAlreadySent(): void {
    this.error(500, new Error("Can't set headers after they are sent."));
  }

  // The body.

  /** Sends bytes `start` to `end`, inclusive, as the body. */
  stream(file: string, { start: offset, end }: { start: number; end: number }): void {
    const opened = this.#takeOpened();
    const count = end - offset + 1;
    const { res, options } = this;
    const isOthers = streamOptions.some((name) => options[name] !== undefined);
    if (opened && !isOthers && this.#isUnseen()) {
      this.#sendDirectly(opened, offset, count);
      return;
    }
    const stream = isOthers
      ? createReadStream(file, { ...inherited(options), start: offset, end }, opened)
      : new SendFileStream(res, {
          ...{ path: file, offset, count, opened },
          highWaterMark: options["highWaterMark"] as number | undefined,
        });
    try {
      this.emit("stream", stream);
    } catch (error) {
      stream.destroy();
      throw error;
    }
    stream.pipe(res);
    whenFinished(res, () => stream.destroy());
    stream.on("error", (error) => {
      stream.destroy();
      this.#failed(error);
    });
    stream.on("end", () => {
      if (!(stream instanceof SendFileStream) || stream.isWhole) this.emit("end");
    });
  }

  /** Whether there is nobody to whom a stream could be shown. */
  #isUnseen(): boolean {
    const { res } = this;
    return (
      this.listenerCount("stream") === 0 &&
      addonState().addon !== undefined &&
      messageObstacle(res) === undefined &&
      res.listenerCount("pipe") === 0 &&
      res.listenerCount("unpipe") === 0 &&
      !res.hasHeader("Transfer-Encoding")
    );
  }

  #sendDirectly(opened: Opened, offset: number, count: number): void {
    const file = { fd: opened.fd, device: opened.stats.dev, offset, count };
    const done = (): void => {
      opened.close();
      endAfterBody(this.res);
      this.emit("end");
    };
    const failed = (error: Error): void => {
      opened.close();
      if (isOfFile(error)) this.#failed(error);
    };
    let sent: BodyResult | Promise<BodyResult>;
    try {
      sent = sendBody(this.res, file);
    } catch (error) {
      failed(error as Error);
      return;
    }
    // In a tick of their own: what a listener throws is not a rejection.
    if (!(sent instanceof Promise)) done();
    else
      sent.then(
        () => process.nextTick(done),
        (error) => process.nextTick(failed, error),
      );
  }

  /** Reading has failed, perhaps in the middle: then the rest cannot be told from a page. */
  #failed(error: Error): void {
    if (this.res.headersSent && this.listenerCount("error") === 0) this.res.destroy();
    else this.onStatError(error);
  }
}

/** Of reading; not of the connection, and not that the file became shorter, which ended that. */
function isOfFile(error: NodeJS.ErrnoException): boolean {
  return error.errno !== undefined && error.code !== "EPIPE" && error.code !== "ECONNRESET";
}

/** `opened` is not needed: the options say how the file is to be opened. */
function createReadStream(
  file: string,
  options: { start: number; end: number },
  opened: Opened | undefined,
): fs.ReadStream {
  opened?.close();
  return fs.createReadStream(file, { ...options, end: Math.max(options.start, options.end) });
}

function textOf(header: number | string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}

/** Express and serve-static give objects that inherit what their users gave. */
function inherited(options: SendOptions): SendOptions {
  const all: Record<string, unknown> = {};
  for (const name in options) all[name] = options[name];
  return all;
}
