/** What `bytes()` and `bytearray()` are made of. */
import { gatherBytes } from "./borrow.ts";
import { Bytes } from "./bytes.ts";
import { allocate } from "./copy.ts";
import { encodeText } from "./encoding.ts";
import type { EncodeErrors } from "./encoding.ts";
import { invalidType } from "./errors.ts";
import { encoded, isBytesLike, isInPieces, isIterable, kPieces, notBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { joinBytes, nothing } from "./replacing.ts";
import { toByte, toLength } from "./slicing.ts";
import type { Index } from "./slicing.ts";

/** A length, of zeros; the contents of anything bytes-like; or bytes one by one. */
export type BytesInit = Index | BytesLike | Iterable<Index>;

/**
 * Immutable bytes. *Copies:* all bytes of `source`; none of Bytes, which are returned as they are, but
 * for a part: its copy does not keep the memory of the whole.
 *
 * @throws {TypeError} for text without an encoding, and for anything else.
 * @throws {ValueError} for a negative length or a number that is no byte.
 *
 * @example
 * ```ts
 * import { bytes } from "zerocopy";
 *
 * console.log(bytes([71, 69, 84]), bytes("é", "utf-8"), bytes(2)); // b'GET' b'\xc3\xa9' b'\x00\x00'
 * ```
 */
export function bytes(source?: BytesInit): Bytes;
/**
 * Text as bytes, of `"utf-8"`, `"latin-1"` or `"ascii"`. *Copies:* the bytes are new memory.
 *
 * @throws {LookupError} for an encoding or a way to treat errors that is not known.
 * @throws {UnicodeEncodeError} for characters that the encoding lacks, unless `errors` says otherwise.
 */
export function bytes(text: string, encoding: string, errors?: EncodeErrors): Bytes;
export function bytes(
  source: string | BytesInit = 0,
  encoding?: string,
  errors?: EncodeErrors,
): Bytes {
  const isCoded = encoding !== undefined || errors !== undefined;
  if (source instanceof Bytes && !isCoded) return source._detached();
  return Bytes._adopt(newBytes(source, "make bytes", encoding, errors));
}

/** New memory with these bytes. */
export function newBytes(
  source: unknown,
  action: string,
  encoding?: string,
  errors?: EncodeErrors,
): Uint8Array<ArrayBuffer> {
  if (encoding !== undefined || errors !== undefined) {
    if (typeof source === "string" && encoding !== undefined)
      return encodeText(source, encoding, errors);
    throw invalidType(action, `text with its encoding: ${encoded}`, source);
  }
  const isLength = /^(number|bigint|boolean)$/.test(typeof source);
  return isLength ? allocate(toLength(source, action)) : contentsOf(source, action);
}

/** As `newBytes` of anything but a length. */
export function contentsOf(source: unknown, action: string): Uint8Array<ArrayBuffer> {
  if (isBytesLike(source)) return gatherBytes(source, action);
  if (isIterable(source) && isInPieces(source))
    return joinBytes(nothing, source[kPieces](), action);
  if (isIterable(source)) return Uint8Array.from(source, (byte) => toByte(byte, action));
  throw notBytesLike(action, source, "an iterable of bytes or ");
}
