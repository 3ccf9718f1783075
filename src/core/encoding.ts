/** Bytes from text, with Python's names of encodings and of ways to treat errors. */
import { checkName, encodingOf, substitute } from "./encodings.ts";
import type { Encoding } from "./encodings.ts";
import { UnicodeEncodeError } from "./errors.ts";
import { latin1Bytes, textOf, utf8Bytes } from "./text.ts";

/** What becomes of characters that an encoding lacks. */
export type EncodeErrors =
  | "strict"
  | "ignore"
  | "replace"
  | "backslashreplace"
  | "xmlcharrefreplace"
  | "surrogateescape"
  | "surrogatepass";

const action = "encode";

/** Runs of characters that an encoding lacks, and why. A pair of surrogates is one character. */
const lacking: Readonly<Record<Encoding, readonly [runs: RegExp, reason: string]>> = {
  "utf-8": [/([\ud800-\udfff]+)/u, "surrogates not allowed"],
  "latin-1": [/([\u0100-\u{10ffff}]+)/u, "ordinal not in range(256)"],
  ascii: [/([\u0080-\u{10ffff}]+)/u, "ordinal not in range(128)"],
};

/** ES2024: engines that lack it search for surrogates instead. */
type WellFormed = string & { isWellFormed?(): boolean };

/**
 * As CPython's `str.encode`, but `start` and `end` of an error count UTF-16 code units.
 *
 * *Copies:* the bytes are new memory.
 *
 * @throws {LookupError} for an encoding or a way to treat errors that is not known.
 * @throws {UnicodeEncodeError} for characters that the encoding lacks and `errors` does not treat.
 */
export function encodeText(
  text: string,
  encoding: string,
  errors: EncodeErrors = "strict",
): Uint8Array<ArrayBuffer> {
  checkName(encoding, action);
  checkName(errors, action);
  const name = encodingOf(encoding, action);
  const [runs, reason] = lacking[name];
  const isUtf8 = name === "utf-8";
  const isFit = isUtf8 && (text as WellFormed).isWellFormed?.();
  if (isFit || text.search(runs) < 0) return isUtf8 ? utf8Bytes(text) : latin1Bytes(text);
  let end = 0;
  const parts = text.split(runs).map((part, i) => {
    let start = end;
    end += part.length;
    if (i % 2 === 0) return isUtf8 ? textOf(utf8Bytes(part)) : part;
    let instead = "";
    for (const character of part) {
      const code = character.codePointAt(0)!;
      const bytes =
        isUtf8 && errors === "surrogatepass"
          ? String.fromCharCode(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
          : substitute(code, errors, true);
      if (bytes === undefined) {
        throw new UnicodeEncodeError({ encoding: name, object: text, start, end, reason });
      }
      instead += bytes;
      start += character.length;
    }
    return instead;
  });
  return latin1Bytes(parts.join(""));
}
