/**
 * `zerocopy/net`: files into sockets without copying, in call order with everything else that is
 * written to them. On Linux the kernel moves the bytes (`path: "sendfile"`); elsewhere, and where the
 * kernel cannot, the same call reads and writes (`path: "read-write"`). The result says which ran.
 */
export { sendFile } from "./sendFile.ts";
export type { SendFileOptions, SendableFile, TransferProgress } from "./sendFile.ts";
export type { TransferPath, TransferResult } from "./result.ts";
