/** Types of `zerocopy/http` beside those of Node and of the frameworks. Compiled, not run. */
import { open } from "node:fs/promises";
import http from "node:http";
import type { ClientRequest, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import http2 from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import https from "node:https";
import { bodyCounts, send, sendFile, serveStatic } from "zerocopy/http";
import type { BodyCounts, BodyResult, Encoding, Next, PathCount } from "zerocopy/http";
import type { SendStream, ServeStaticOptions, StaticHandler } from "zerocopy/http";
import type { Same } from "../same.ts";

declare const req: IncomingMessage;
declare const res: ServerResponse;

/* As the declarations of Express 5 and Connect have them. */
interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly params: Readonly<Record<string, string>>;
}
interface ExpressResponse extends ServerResponse {
  status(code: number): this;
}
interface ExpressNext {
  (error?: unknown): void;
  (deferTo: "router" | "route"): void;
}
type ExpressHandler = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: ExpressNext,
) => void | Promise<void>;
type ConnectHandler = (
  request: IncomingMessage & { originalUrl?: http.IncomingMessage["url"] },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const files = serveStatic(["public", new URL("file:///srv/shared")], {
  index: ["index.html", "index.htm"],
  extensions: ["html"],
  dotfiles: "deny",
  symlinks: "never",
  spa: "app.html",
  maxAge: "7d",
  etag: "strong",
  precompressed: ["zstd", "br"],
  cache: { maxStaleMs: 100 },
  accel: "x-sendfile",
  allowedPath: (pathname, root, { headers }) => pathname !== root && headers.cookie !== undefined,
  setHeaders: (response, path, { mtime }) => response.setHeader("X-Of", path + mtime.toJSON()),
  onSent: ({ bytes, reason }, { url }, { statusCode }) =>
    console.log(bytes, reason, url, statusCode),
});

// One handler is the middleware of all of them, and their listener.
export const ofExpress: ExpressHandler = files;
export const ofConnect: ConnectHandler = files;
export const ofNode: RequestListener = files;
http.createServer(files);
https.createServer({}, files);
http2.createServer(files);
http2.createSecureServer({ allowHTTP1: true }, files);
const after: Next = (error) => void error;
files(req, res, after);
files.close();

declare const response2: Http2ServerResponse;
declare const request: ClientRequest;
const handle = await open("movie.mp4");
const sent = sendFile(res, "movie.mp4", { offset: 1, count: 2, require: "zero-copy" });
await sendFile(request, handle, { signal: AbortSignal.timeout(1000) });
await sendFile(response2, handle.fd, { onProgress: ({ bytes, total }) => [bytes, total] });
const express = (_: ExpressRequest, own: ExpressResponse): unknown => sendFile(own.status(200), 3);

// A chain, as of npm `send`: `on` gives the stream, `pipe` what it was given.
const stream = send(req, "/movie.mp4", { root: "public", maxage: 1000 }).on("error", after);
const piped = stream.pipe(res);
const { paths, reasons } = bodyCounts();
export const values = [express, paths, reasons];

export type Cases = [
  Same<typeof files, StaticHandler>,
  Same<Parameters<StaticHandler>[0], IncomingMessage | Http2ServerRequest>,
  Same<Parameters<StaticHandler>[1], ServerResponse | Http2ServerResponse>,
  Same<ReturnType<StaticHandler>, void>,
  Same<typeof sent, Promise<BodyResult>>,
  Same<BodyResult["bytes"], number>,
  Same<BodyResult["reason"], string | undefined>,
  Same<Encoding, "br" | "zstd" | "gzip">,
  Same<typeof stream, SendStream>,
  Same<typeof piped, ServerResponse>,
  Same<ReturnType<typeof bodyCounts>, BodyCounts>,
  Same<(typeof paths)[string], Readonly<PathCount>>,
];

const options: ServeStaticOptions = {};
// @ts-expect-error options are read when the handler is made
options.index = false;
// @ts-expect-error a twin is one of three
serveStatic("public", { precompressed: ["deflate"] });
// @ts-expect-error no option of that name
serveStatic("public", { maxage: 1000 });
// @ts-expect-error an exact option is there, or is not
serveStatic("public", { index: undefined });
// @ts-expect-error nobody passes a response alone
files(res);
// @ts-expect-error a request of a client, or a response: not what a server has received
await sendFile(req, "movie.mp4");
// @ts-expect-error what lies in memory is no file
await sendFile(res, new Uint8Array(3));
// @ts-expect-error the only thing that can be required
await sendFile(res, "movie.mp4", { require: "sendfile" });
