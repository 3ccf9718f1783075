/** Python's way of showing bytes and text. */
import { digitsOf, textOf } from "./text.ts";

const shown = 64;

const escapes: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** `b'GET /\x00…'`, with "…" where more than 64 bytes are left out. */
export function reprOf(bytes: Uint8Array, escaped?: string, limit: number = shown): string {
  const text = quote(textOf(bytes.subarray(0, limit)), escaped);
  return `b${text}${bytes.length > limit ? "…" : ""}`;
}

/**
 * Text in quotes; characters beyond U+00FF stay. What quotes is escaped, and what `escaped` says:
 * CPython always escapes `'` in a bytearray.
 */
export function quote(text: string, escaped: string = ""): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const visible = text.replaceAll(/[^ -~\u0100-\uffff]|['"\\]/g, (character) => {
    if ("\\".concat(mark, escaped).includes(character)) return `\\${character}`;
    if (character === "'" || character === '"') return character;
    return escapes[character] ?? `\\x${digitsOf(character.charCodeAt(0))}`;
  });
  return mark + visible + mark;
}
