/**
 * The template tag `b`: bytes as Python's literals spell them.
 *
 * What JavaScript itself must have escaped in a template, a backtick and `${`, is itself; all other
 * escapes are Python's.
 */
import { Bytes } from "./bytes.ts";
import { cannot, describe, invalidType } from "./errors.ts";
import type { BytesLike } from "./protocol.ts";
import { joinBytes, nothing } from "./replacing.ts";
import { latin1Bytes } from "./text.ts";

const action = "make bytes";

/** What was read of a template, by its site. */
const known = /* @__PURE__ */ new WeakMap<TemplateStringsArray, readonly Bytes[]>();

/**
 * Immutable bytes: `` b`GET ${path}\r\n` ``. Python's escapes: `\\ \' \" \a \b \f \n \r \t \v`, octal
 * `\0` to `\377`, `\xhh`, and a backslash at the end of a line, which joins it with the next. As in
 * Python, a backslash before anything else stays, `\u` included.
 *
 * *Copies:* the bytes of the holes. A literal without holes is made once, and is the same object
 * ever after.
 *
 * @throws {SyntaxError} for characters beyond ASCII, and for `\x` without two digits.
 * @throws {TypeError} for a hole that is not bytes-like: text has an encoding, which must be said.
 *
 * @example
 * ```ts
 * import { b } from "zerocopy";
 *
 * const host = b`example.org`;
 * console.log(b`Host: ${host}\r\n\x00`.toString()); // b'Host: example.org\r\n\x00'
 * ```
 */
export function b(strings: TemplateStringsArray, ...holes: readonly BytesLike[]): Bytes {
  const texts = known.get(strings) ?? read(strings);
  if (texts.length === 1) return texts[0]!;
  const parts = texts.flatMap((text, i) => (i > 0 ? [holes[i - 1], text] : [text]));
  return Bytes._adopt(joinBytes(nothing, parts, action));
}

function read(strings: TemplateStringsArray): readonly Bytes[] {
  if (!Array.isArray(strings?.raw)) throw invalidType(action, "a template: b`text`", strings);
  const texts = strings.raw.map((raw) => Bytes._adopt(latin1Bytes(unescape(raw))));
  known.set(strings, texts);
  return texts;
}

/** After a backslash, they mean U+0007 and what follows it. */
const controls = "abtnvfr";

type Digits = string | undefined;

function unescape(raw: string): string {
  if (/[^\0-\x7f]/.test(raw)) throw cannot(SyntaxError, action, "ASCII (or \\xhh)", describe(raw));
  const escape = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|([^]))/g;
  return raw.replaceAll(escape, (match: string, ...found: readonly unknown[]) => {
    const [octal, hex, other, at] = found as [Digits, Digits, string, number];
    if (octal) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hex) return String.fromCharCode(Number.parseInt(hex, 16));
    if (other === "x") throw cannot(SyntaxError, action, "two digits after \\x", describe(raw));
    if (other === "\n") return "";
    if (controls.includes(other)) return String.fromCharCode(7 + controls.indexOf(other));
    const isHole = other === "$" ? raw[at + 2] === "{" : other === "{" && raw[at - 1] === "$";
    return isHole || /[\\'"`]/.test(other) ? other : match;
  });
}
