/**
 * `zerocopy`: memory views, the buffer protocol and what every other entry point shares. Runs
 * wherever ES2023 does; imports nothing of Node.
 */
export type { Base64Options } from "./core/base64.ts";
export { ByteArray, bytearray } from "./core/bytearray.ts";
export type { ByteArrayMessage } from "./core/bytearray.ts";
export { ByteQueue } from "./core/byteQueue.ts";
export { Bytes } from "./core/bytes.ts";
export type { BytesMessage } from "./core/bytes.ts";
export { bytes } from "./core/construct.ts";
export type { BytesInit } from "./core/construct.ts";
export type { DecodeErrors } from "./core/decoding.ts";
export type { EncodeErrors } from "./core/encoding.ts";
export { copiedBytes } from "./core/copy.ts";
export {
  AbortError,
  BufferError,
  IndexError,
  KeyError,
  LookupError,
  NotImplementedError,
  OSError,
  OverflowError,
  StructError,
  UnicodeDecodeError,
  UnicodeEncodeError,
  ValueError,
  ZeroCopyError,
} from "./core/errors.ts";
export type { UnicodeErrorFields, ZeroCopyErrorCode } from "./core/errors.ts";
export { b } from "./core/literal.ts";
export { MemoryView, memoryview } from "./core/memoryview.ts";
export type { MemoryViewOptions } from "./core/memoryview.ts";
export type { MemoryViewMessage } from "./core/message.ts";
export { BufferFlags, kBuffer } from "./core/protocol.ts";
export type { BufferRecord, BytesLike, Exporter } from "./core/protocol.ts";
export type { Key } from "./core/selecting.ts";
export type { Index, Slice, SliceBound } from "./core/slicing.ts";
export { traceExports } from "./core/storage.ts";
export type { Message } from "./core/transfer.ts";
