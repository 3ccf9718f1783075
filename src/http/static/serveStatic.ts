/**
 * `serveStatic`: from a request to the file that answers it. Nothing is allocated but the exchange,
 * nothing waits, while a file is kept (bench http-1KiB).
 *
 *     method ── raw path ── kept? ──▶ reply
 *                   └─ decoded, normalised ── the folders in turn ── 404: spa, next() or an answer
 *
 * A finding is held until its body has left.
 */
import path from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { answer } from "./answers.ts";
import { EncodingPreference } from "../grammar/encodings.ts";
import { isHeld } from "../held.ts";
import { sendListing } from "../listing/listing.ts";
import { canonicalPath, directoryLocation, hasDotfile, rawPath } from "../grammar/requestPath.ts";
import type { Mounted } from "../grammar/requestPath.ts";
import { httpError } from "../send/sendError.ts";
import { directoriesOf, settingsOf } from "./serveOptions.ts";
import type { ServeStaticOptions, Settings } from "./serveOptions.ts";
import { StaticFolder } from "./staticFiles.ts";
import type { StaticFile } from "./staticFiles.ts";
import { replyWith } from "./staticReply.ts";
import type { Done } from "./staticReply.ts";

/** Of Express, Connect and Polka. */
export type Next = (error?: unknown) => void;

/** Answers requests, or passes them on. */
export interface StaticHandler {
  (
    req: IncomingMessage | Http2ServerRequest,
    res: ServerResponse | Http2ServerResponse,
    next?: Next,
  ): void;
  /** Closes the files that are kept open; those that are being sent are closed after it. */
  close(): void;
}

/**
 * A handler that serves the files of a directory, or of the first of several that has the file, for
 * `node:http`, Express 4 and 5, Connect and Polka. Without `next` it answers everything itself. Over TLS, and
 * for the compatible interface of `node:http2`, it writes the same bytes to the stream.
 *
 * What is sent is what was found: a path is opened once, and status, headers and body are of that
 * descriptor. Nothing outside the root is opened, whatever a path or a link says (`symlinks`). Headers
 * that are there already win. Conditions, ranges and encodings are those of RFC 9110.
 *
 * Files stay open for at most a second (`cache`), so a changed file is served at most so late; a
 * transfer that has begun ends with the file that it began with.
 *
 * *Copies:* none per byte of a body over plain HTTP/1 on Linux, from 32 KiB on; one or two below, or
 * where the kernel cannot: `onSent` says which.
 *
 * *Complexity:* one look-up per request while the file is kept; otherwise one open for each name that
 * is tried, off-thread if it could have to wait.
 *
 * @throws {TypeError} for an option that does not exist or has the wrong type.
 * @throws {ValueError} for one that is out of range, and a root that is no directory.
 *
 * @example
 * ```ts
 * import http from "node:http";
 * import path from "node:path";
 * import { serveStatic } from "zerocopy/http";
 *
 * const files = serveStatic(path.dirname(process.execPath), { maxAge: "1h", index: false });
 * const server = http.createServer((req, res) => files(req, res));
 * server.listen(0, "127.0.0.1", async () => {
 *   const { port } = server.address() as { port: number };
 *   const url = `http://127.0.0.1:${port}/${path.basename(process.execPath)}`;
 *   const { status, headers } = await fetch(url, { method: "HEAD" });
 *   console.log(status, headers.get("Cache-Control")); // 200 public, max-age=3600
 *   server.close();
 *   server.closeAllConnections();
 *   files.close();
 * });
 * ```
 */
export function serveStatic(
  root: string | URL | readonly (string | URL)[],
  options: ServeStaticOptions = {},
): StaticHandler {
  const settings = settingsOf(options);
  const server = new StaticServer(directoriesOf(root, settings), settings);
  // What is asked of a request and a response here, those of node:http2 have too.
  const handler = (req: unknown, res: unknown, next?: Next): void =>
    server.handle({
      req: req as IncomingMessage,
      res: res as ServerResponse,
      next,
      isRetried: false,
      isPassed: false,
    });
  return Object.assign(handler, { close: () => server.close() });
}

/** One request on its way. */
interface Exchange {
  readonly req: Mounted;
  readonly res: ServerResponse;
  readonly next: Next | undefined;
  /** After descriptors had run out. */
  isRetried: boolean;
  /** `next` has been called. */
  isPassed: boolean;
}

class StaticServer {
  readonly #settings: Settings;
  readonly #folders: readonly StaticFolder[];
  /** The only folder, where nobody has to be asked. */
  readonly #single: StaticFolder | undefined;
  readonly #preference: EncodingPreference | undefined;

  constructor(directories: readonly string[], settings: Settings) {
    this.#settings = settings;
    this.#folders = directories.map((directory) => new StaticFolder(directory, settings));
    const isSingle = this.#folders.length === 1 && !settings.allowedPath;
    this.#single = isSingle ? this.#folders[0] : undefined;
    const { encodings } = settings;
    this.#preference = encodings.length > 0 ? new EncodingPreference(encodings) : undefined;
  }

  close(): void {
    for (const folder of this.#folders) folder.close();
  }

  handle(exchange: Exchange): void {
    const { req } = exchange;
    if (req.method !== "GET" && req.method !== "HEAD") return this.#refuseMethod(exchange);
    const raw = rawPath(req.url ?? "/");
    if (raw === "/" && isMountPoint(req)) return this.#redirect(exchange);
    // What has no escapes is its own key, if it is one at all.
    const kept = raw.includes("%") ? undefined : this.#keptFor(exchange, raw);
    if (kept) return this.#replyAndRelease(exchange, raw, hit(kept));
    const key = canonicalPath(raw);
    if (typeof key === "number") return this.#miss(exchange, key);
    return this.#look(exchange, key);
  }

  /** A head may be as old as the cache allows; bytes are of the file as it is now. */
  #keptFor(exchange: Exchange, key: string): StaticFile | undefined {
    const kept = this.#single?.get(key);
    const isAllHead = kept && !this.#settings.setHeaders && sendsHeadAlone(exchange, kept);
    return isAllHead ? kept : this.#single?.asItWas(kept);
  }

  #look(exchange: Exchange, key: string): void {
    try {
      const found = this.#find(exchange.req, key, 0);
      if (!(found instanceof Promise)) return this.#replyAndRelease(exchange, key, found);
      found.then(
        (late) => this.#replyAndRelease(exchange, key, late),
        (error: unknown) => this.#failSearch(exchange, key, error),
      );
    } catch (error) {
      this.#failSearch(exchange, key, error);
    }
  }

  /** In the first folder that has it; undefined when none has. Held for the caller. */
  #find(
    req: IncomingMessage,
    key: string,
    from: number,
  ): StaticFile | undefined | Promise<StaticFile | undefined> {
    const { allowedPath } = this.#settings;
    for (let index = from; index < this.#folders.length; index++) {
      const folder = this.#folders[index]!;
      if (allowedPath && !allowedPath(key, folder.directory, req)) continue;
      const found = folder.find(key);
      if (found instanceof Promise) {
        return found.then((late) => hit(late) ?? this.#find(req, key, index + 1));
      }
      if (hit(found)) return found;
    }
    return undefined;
  }

  /** Descriptors that are kept open for later are given up for one that is needed now. */
  #failSearch(exchange: Exchange, key: string, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== "EMFILE" && code !== "ENFILE") || exchange.isRetried) {
      return this.#fail(exchange, error);
    }
    exchange.isRetried = true;
    for (const folder of this.#folders) folder.clear();
    this.#look(exchange, key);
  }

  #replyAndRelease(exchange: Exchange, key: string, file: StaticFile | undefined): void {
    let pending: Done = undefined;
    try {
      pending = file ? this.#reply(exchange, file) : this.#notFound(exchange, key);
    } catch (error) {
      this.#fail(exchange, error);
    } finally {
      if (!pending) file?.release();
    }
    if (pending) void this.#releaseLater(exchange, pending, file!);
  }

  async #releaseLater(exchange: Exchange, pending: Promise<void>, file: StaticFile): Promise<void> {
    try {
      await pending;
    } catch (error) {
      this.#fail(exchange, error, file);
    } finally {
      file.release();
    }
  }

  #reply(exchange: Exchange, file: StaticFile): Done {
    const { req, res } = exchange;
    if (file.status === 301) return this.#redirect(exchange);
    if (file.status !== 200) return this.#miss(exchange, file.status);
    if (res.destroyed || res.writableEnded) return;
    if (res.headersSent || isHeld(res)) throw alreadyBegun();
    const { identity } = file;
    if (!identity) return this.#list(exchange, file);
    if (!this.#preference) return replyWith(this.#settings, req, res, file, identity);
    const codings = this.#preference.of(req.headers["accept-encoding"]);
    const variant = file.folder.variant(file, codings);
    if (!(variant instanceof Promise)) {
      if (variant) return replyWith(this.#settings, req, res, file, variant);
      return answer(res, 406, { Vary: "Accept-Encoding" });
    }
    return variant.then((late) => {
      if (late) return replyWith(this.#settings, req, res, file, late);
      return answer(res, 406, { Vary: "Accept-Encoding" });
    });
  }

  #notFound(exchange: Exchange, key: string): void {
    const { spa } = this.#settings;
    const isPage = spa !== undefined && path.posix.extname(key) === "" && !hasDotfile(key);
    if (!isPage || key === `/${spa}`) return this.#miss(exchange, 404);
    this.#look(exchange, `/${spa}`);
  }

  #list({ req, res }: Exchange, file: StaticFile): Promise<void> {
    const { dotfiles, symlinks } = this.#settings;
    const asked = canonicalPath(rawPath(req.originalUrl ?? req.url ?? "/"));
    const pathname = typeof asked === "string" ? asked : file.key;
    const root = file.folder.directory;
    return sendListing(req, res, { directory: file.directory, pathname, dotfiles, symlinks, root });
  }

  #refuseMethod(exchange: Exchange): void {
    const { next, res } = exchange;
    if (next && this.#settings.fallthrough) return pass(exchange);
    answer(res, 405, { Allow: "GET, HEAD" });
  }

  #redirect(exchange: Exchange): void {
    const { req, res } = exchange;
    if (!this.#settings.redirect) return this.#miss(exchange, 404);
    const location = directoryLocation(req);
    answer(res, 301, { Location: location }, `Redirecting to ${location}`);
  }

  #miss(exchange: Exchange, status: number): void {
    if (!exchange.next) answer(exchange.res, status);
    else pass(exchange, this.#settings.fallthrough ? undefined : httpError(status));
  }

  /** An error of the system, or of `setHeaders`; what was found of the file may be out of date. */
  #fail(exchange: Exchange, error: unknown, file?: StaticFile): void {
    const { res, next } = exchange;
    if (exchange.isPassed) throw error; // of whoever came after us
    const code = String((error as NodeJS.ErrnoException).code);
    if (clientHasGone.has(code)) return void res.destroy();
    file?.folder.forget(file);
    if (res.writableEnded || isHeld(res)) return; // who is answering ends it
    if (next) pass(exchange, httpError(statusOf(code), error as Error));
    else if (res.headersSent) res.destroy();
    else answer(res, statusOf(code));
  }
}

/** Of HEAD, and of 304 where nothing stands against it. */
function sendsHeadAlone({ req, res }: Exchange, { identity }: StaticFile): boolean {
  if (req.method === "HEAD") return true;
  const wanted = req.headers["if-none-match"];
  return (
    wanted !== undefined &&
    wanted === identity?.etag &&
    req.headers["cache-control"] === undefined &&
    res.statusCode === 200 &&
    res.getHeaderNames().length === 0
  );
}

function alreadyBegun(): Error {
  const text = "Cannot serve static files: the response has been begun by somebody else";
  return Object.assign(new Error(text), { code: "ERR_HTTP_HEADERS_SENT" });
}

const clientHasGone: ReadonlySet<string> = new Set(["ERR_SOCKET_CLOSED", "EPIPE", "ECONNRESET"]);

function statusOf(code: string): number {
  return code === "EMFILE" || code === "ENFILE" || code === "ENOMEM" ? 503 : 500;
}

function pass(exchange: Exchange, error?: unknown): void {
  exchange.isPassed = true;
  if (error === undefined) exchange.next!();
  else exchange.next!(error);
}

function hit(file: StaticFile): StaticFile | undefined {
  if (file.status !== 404) return file;
  file.release();
  return undefined;
}

/** Where a framework has mounted the handler, asked for without the final slash. */
function isMountPoint({ originalUrl }: Mounted): boolean {
  return originalUrl !== undefined && !rawPath(originalUrl).endsWith("/");
}
