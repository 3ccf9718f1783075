/** Python's way of showing bytes. */

const shown = 64;

/** `b'GET /\x00…'`, with "…" where more than 64 bytes are left out. */
export function reprOf(bytes: Uint8Array, limit: number = shown): string {
  const visible = bytes.subarray(0, limit);
  const quote = visible.includes(39) && !visible.includes(34) ? '"' : "'";
  const text = Array.from(visible, (byte) => reprByte(byte, quote)).join("");
  return `b${quote}${text}${quote}${bytes.length > limit ? "…" : ""}`;
}

function reprByte(byte: number, quote: string): string {
  const character = String.fromCharCode(byte);
  if (character === "\\" || character === quote) return `\\${character}`;
  if (byte === 9) return "\\t";
  if (byte === 10) return "\\n";
  if (byte === 13) return "\\r";
  if (byte >= 32 && byte < 127) return character;
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
