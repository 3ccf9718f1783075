/** Text from bytes, with Python's names of encodings and of ways to treat errors. */
import { checkName, encodingOf, substitute } from "./encodings.ts";
import type { Encoding } from "./encodings.ts";
import { UnicodeDecodeError } from "./errors.ts";
import { textOf, utf8Text } from "./text.ts";

/** What becomes of bytes that are not text. */
export type DecodeErrors =
  | "strict"
  | "ignore"
  | "replace"
  | "backslashreplace"
  | "surrogateescape"
  | "surrogatepass";

const action = "decode";

/**
 * As CPython's `bytes.decode`; like there, no bytes are no text in any encoding, and a way to treat
 * errors is looked up when there is one.
 *
 * *Copies:* the text is new memory.
 *
 * @throws {LookupError} for an encoding or a way to treat errors that is not known.
 * @throws {UnicodeDecodeError} with `"strict"`, for bytes that are no text.
 */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: DecodeErrors): string {
  checkName(encoding, action);
  checkName(errors, action);
  if (bytes.length === 0) return "";
  const name = encodingOf(encoding, action);
  if (name === "latin-1") return textOf(bytes);
  try {
    const text = utf8Text(bytes);
    if (name === "utf-8" || text.length === bytes.length) return text;
  } catch {
    // Not valid: the parts are looked at one by one.
  }
  return decodeParts(bytes, name, errors);
}

/**
 * Of what is invalid the longest beginning that could become valid is one error (Unicode §3.9). No
 * overlong forms, no surrogates, nothing above U+10FFFF.
 */
function decodeParts(bytes: Uint8Array, encoding: Encoding, errors: DecodeErrors): string {
  const isAscii = encoding === "ascii";
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const lead = bytes[at]!;
    at += 1;
    if (lead < 0x80) continue;
    let reason = "";
    let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    let left = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (isAscii) reason = "ordinal not in range(128)";
    else if (lead < 0xc2 || lead > 0xf4) reason = "invalid start byte";
    for (; left > 0 && !reason; left -= 1) {
      const byte = bytes[at];
      if (byte === undefined) reason = "unexpected end of data";
      else if (byte < low || byte > high) reason = "invalid continuation byte";
      else at += 1;
      low = 0x80;
      high = 0xbf;
    }
    if (!reason) continue;
    text += utf8Text(bytes.subarray(from, start));
    const [, second = 0, third = 0] = bytes.subarray(start, start + 3);
    const isSurrogate = !isAscii && lead === 0xed && second >> 5 === 0b101 && third >> 6 === 0b10;
    if (isSurrogate && errors === "surrogatepass") {
      at = start + 3;
      text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    } else {
      for (const byte of bytes.subarray(start, errors === "replace" ? start + 1 : at)) {
        const instead = substitute(byte, errors, false);
        if (instead === undefined) {
          throw new UnicodeDecodeError({ encoding, object: bytes, start, end: at, reason });
        }
        text += instead;
      }
    }
    from = at;
  }
  return text + utf8Text(bytes.subarray(from));
}
