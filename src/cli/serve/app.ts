/** What is answered: by the files of one directory, to those whom hosts.ts and --cors let in. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpError } from "../../http/send/sendError.ts";
import { serveStatic } from "../../http/static/serveStatic.ts";
import type { AccessLog } from "./accessLog.ts";
import { Hosts } from "./hosts.ts";
import { printable } from "./logLine.ts";
import { NotFoundPage } from "./notFoundPage.ts";
import type { ServeOptions } from "./options.ts";

export interface App {
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Closes the files that are kept open. */
  close(): void;
}

/** @throws what `serveStatic` does about a root or option. */
export function createApp(directory: string, options: ServeOptions, log: AccessLog): App {
  const hosts = new Hosts(options.host, options.allowedHosts);
  const files = serveStatic(directory, {
    index: options.index,
    extensions: options.extensions,
    dotfiles: options.dotfiles ? "allow" : "ignore",
    symlinks: options.symlinks,
    precompressed: options.precompressed,
    maxAge: options.cacheMs,
    spa: options.spa ?? false,
    fallthrough: false,
    listing: options.listing,
    onSent: (result, _req, res) => log.sent(result, res),
  });
  const notFound = new NotFoundPage(directory, options.symlinks, log);
  return {
    handle(req, res) {
      log.watch(req, res);
      const { host } = req.headers;
      if (host === undefined && req.httpVersion === "1.1") return refuse(res, 400, lacksHost);
      if (!hosts.allows(host)) return refuse(res, 421, unknownHost(host));
      share(res, options.cors);
      if (req.method === "OPTIONS") return sayOptions(req, res, options.cors);
      files(req, res, (error) => {
        const { status, message } = error as HttpError;
        if (status >= 500) console.error(`zerocopy serve: ${printable(`${req.url}: ${message}`)}`);
        void notFound.answer(res, status);
      });
    },
    close() {
      files.close();
      notFound.close();
    },
  };
}

/** RFC 9112 §3.2. Node would say so too, without a line in the log. */
const lacksHost = "A request of HTTP/1.1 has to name its host.\n";

/** RFC 9110 §15.5.20: not meant for this server. */
function unknownHost(host = ""): string {
  return `This server does not answer for the host "${printable(host)}".
If that is a name of yours: zerocopy serve --allow-host NAME
`;
}

function refuse(res: ServerResponse, status: number, text: string): void {
  res.statusCode = status;
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}

/**
 * Without --cors, pages of other sites can neither read a file nor embed it as script, style or
 * picture (Fetch, "cross-origin resource policy check"); other ports of this host count as the same.
 */
function share(res: ServerResponse, origin: string | undefined): void {
  if (origin === undefined) {
    res.setHeader("Cross-Origin-Resource-Policy", "same-site");
    return;
  }
  res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Access-Control-Expose-Headers", "*");
}

/** RFC 9110 §9.3.7; with --cors also what a browser asks before it sends headers of its own. */
function sayOptions(req: IncomingMessage, res: ServerResponse, origin: string | undefined): void {
  res.statusCode = 204;
  res.setHeader("Allow", "GET, HEAD, OPTIONS");
  if (origin !== undefined && req.headers["access-control-request-method"] !== undefined) {
    res.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
    const headers = req.headers["access-control-request-headers"];
    if (headers !== undefined) res.setHeader("Access-Control-Allow-Headers", headers);
    res.setHeader("Access-Control-Max-Age", 600);
    res.setHeader("Vary", "Access-Control-Request-Headers");
  }
  res.end();
}
