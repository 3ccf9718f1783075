/**
 * `zerocopy/http`: files as the bodies of HTTP messages. The kernel sends them over plain HTTP/1
 * (`path: "sendfile"`); over anything else the same calls write to the stream, byte for byte the same
 * (`path: "read-write"`). The result says which, and why.
 */
export { sendFile } from "./sendFile.ts";
export type { SendFileOptions } from "./sendFile.ts";
export { serveStatic } from "./static/serveStatic.ts";
export type { Next, StaticHandler } from "./static/serveStatic.ts";
export type { ServeStaticOptions } from "./static/serveOptions.ts";
export type { CacheLimits } from "./static/fileCache.ts";
export type { Encoding } from "./grammar/encodings.ts";
export { bodyCounts } from "./report.ts";
export type { BodyCounts, BodyResult, PathCount } from "./report.ts";
export { send } from "./send/send.ts";
export type { SendStream } from "./send/send.ts";
export type { SendOptions } from "./send/sendOptions.ts";
