/** Python's way of showing bytes. */
import { digitsOf, textOf } from "./text.ts";

const shown = 64;

const escapes: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * `b'GET /\x00…'`, with "…" where more than 64 bytes are left out. What quotes is escaped; CPython
 * always escapes `'` in a bytearray.
 */
export function reprOf(bytes: Uint8Array, escaped: string = "", limit: number = shown): string {
  const visible = textOf(bytes.subarray(0, limit));
  const quote = visible.includes("'") && !visible.includes('"') ? '"' : "'";
  const text = visible.replaceAll(/[^ -~]|['"\\]/g, (character) => {
    if ("\\".concat(quote, escaped).includes(character)) return `\\${character}`;
    if (character >= " " && character <= "~") return character;
    return escapes[character] ?? `\\x${digitsOf(character.charCodeAt(0))}`;
  });
  return `b${quote}${text}${quote}${bytes.length > limit ? "…" : ""}`;
}
