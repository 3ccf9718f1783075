/**
 * `zerocopy/net`: files into sockets, sockets into files and into each other, without copying, and
 * memory from and to where it lies, in call order with everything else that is written. On Linux the
 * kernel moves the bytes of files (`path: "sendfile"`, `"splice"`); elsewhere, and where the kernel
 * cannot, the same call reads and writes (`path: "read-write"`). The result says which ran.
 */
export { relay } from "./relay.ts";
export type { RelayOptions, RelayProgress, RelayResult } from "./relay.ts";
export { saveTo } from "./saveTo.ts";
export type { SaveToOptions } from "./saveTo.ts";
export { sendFile } from "./sendFile.ts";
export type { SendFileOptions, SendableFile, TransferProgress } from "./sendFile.ts";
export type { TransferPath, TransferResult } from "./result.ts";
export { writeViews } from "./writeViews.ts";
export type { WriteViewsOptions } from "./writeViews.ts";
export { connect, createServer } from "./connect.ts";
export type { ConnectOptions, ServerOptions } from "./connect.ts";
export { Receiver, receiver } from "./receiver.ts";
export type { ReceiveTarget, ReceiverOptions } from "./receiver.ts";
