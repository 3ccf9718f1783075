/** Python's names of the encodings that are known here. */
import { LookupError, cannot, describe, invalidType } from "./errors.ts";

export type Encoding = "utf-8" | "latin-1" | "ascii";

/** CPython's names for each, but for the rarest. */
const names: Readonly<Record<Encoding, RegExp>> = {
  "utf-8": /^(utf(_?8)?|u8)$/,
  "latin-1": /^(l(atin_?)?1|latin|iso_?8859_1|(iso)?8859|cp819)$/,
  ascii: /^((us_)?ascii|us|646)$/,
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

/** @throws {TypeError} unless the name of an encoding, or of a way to treat errors, is text. */
export function checkName(name: unknown, action: string): void {
  if (typeof name !== "string") throw invalidType(action, "a name", name);
}

/** A way to treat errors that is not known. */
export function unknownErrors(errors: string, action: string): LookupError {
  return cannot(LookupError, action, "strict, ignore, replace, …", describe(errors));
}
