/** Python's names of the encodings that are known here. */
import { LookupError, ValueError, cannot, describe, invalidType } from "./errors.ts";
import { digitsOf } from "./text.ts";

export type Encoding = "utf-8" | "latin-1" | "ascii";

/** As in CPython's `encodings.aliases`. */
const names: Readonly<Record<Encoding, RegExp>> = {
  "utf-8": /^(utf(_?8)?|utf8_ucs[24]|u8|cp65001)$/,
  "latin-1":
    /^(l(atin_?)?1|latin|iso_?8859_1|(iso)?8859|iso_8859_1_1987|iso_ir_100|(cp|ibm)819|csisolatin1)$/,
  ascii:
    /^((us_|cs)?ascii|us|646|iso646_us|iso_ir_6|iso_646\.irv_1991|(cp|ibm)367|ansi_x3[._]4_1968|ansi_x3\.4_1986)$/,
};

/**
 * The encoding of a name. Case does not count; neither does what stands between words.
 *
 * @throws {LookupError} for a name that is not known.
 */
export function encodingOf(name: string, action: string): Encoding {
  if (Object.hasOwn(names, name)) return name as Encoding;
  const words =
    name
      .match(/[a-z\d.]+/gi)
      ?.join("_")
      .toLowerCase() ?? "";
  const known = Object.keys(names) as Encoding[];
  const found = known.find((encoding) => names[encoding].test(words));
  if (found) return found;
  throw cannot(LookupError, action, known.join(", "), describe(name));
}

/**
 * @throws {TypeError} unless the name of an encoding, or of a way to treat errors, is text.
 * @throws {ValueError} for a name with a NUL.
 */
export function checkName(name: unknown, action: string): void {
  if (typeof name !== "string") throw invalidType(action, "a name", name);
  if (name.includes("\0")) throw cannot(ValueError, action, "no NUL", describe(name));
}

/**
 * What stands for a character that an encoding lacks, as Latin-1; for a byte that is no text, as text.
 * Undefined if nothing does.
 *
 * @throws {LookupError} for a way to treat errors that is not known.
 */
export function substitute(code: number, errors: string, isText: boolean): string | undefined {
  switch (errors) {
    case "strict":
    case "surrogatepass":
      return undefined;
    case "ignore":
      return "";
    case "replace":
      return isText ? "?" : "\ufffd";
    case "backslashreplace":
      if (code < 0x100) return `\\x${digitsOf(code)}`;
      return code < 0x10000 ? `\\u${digitsOf(code, 4)}` : `\\U${digitsOf(code, 8)}`;
    case "surrogateescape": {
      // Bytes from 0x80 are U+DC80 to U+DCFF, and the other way round.
      const escaped = code ^ 0xdc00;
      return escaped >> 7 === (isText ? 1 : 0x1b9) ? String.fromCharCode(escaped) : undefined;
    }
    case "xmlcharrefreplace":
      if (isText) return `&#${code};`;
  }
  // These exist, for text only.
  const isKnown = !isText && /^(xmlcharref|name)replace$/.test(errors);
  if (isKnown) throw invalidType("decode", "errors of decoding", errors);
  throw cannot(LookupError, "treat errors", "strict, ignore, replace, …", describe(errors));
}
