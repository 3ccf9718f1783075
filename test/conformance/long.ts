/**
 * What is long is not written out in the vectors: of arguments what they are made of, of results the length and
 * a checksum. The writer is tools/vectors/values.py. Nothing of Node here.
 */

const made = new Map<string, string>();

/** Random bytes of some letters, as hexadecimal digits; the same for the same seed. */
export function randomHex(seed: number, size: number, letters: string): string {
  const key = `${seed} ${size} ${letters}`;
  let hex = made.get(key);
  if (hex === undefined) {
    const pairs = letters.match(/../g) ?? [];
    let state = seed;
    hex = "";
    for (let at = 0; at < size; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      hex += pairs[(state >>> 16) % pairs.length] ?? "";
    }
    made.set(key, hex);
  }
  return hex;
}

/** "#length:CRC-32", of bytes, or of the UTF-16 code units of text. */
export function checked(content: Uint8Array | string, length: number = content.length): string {
  const bytes = typeof content === "string" ? unitsOf(content) : content;
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) {
    sum = (table[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return `#${length}:${((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0")}`;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function unitsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), true);
  return bytes;
}

/** All items, each after its length. */
export function joined(items: readonly Uint8Array[]): Uint8Array {
  const size = items.reduce((sum, item) => sum + 4 + item.length, 0);
  const all = new Uint8Array(size);
  const view = new DataView(all.buffer);
  let at = 0;
  for (const item of items) {
    view.setUint32(at, item.length, true);
    all.set(item, at + 4);
    at += 4 + item.length;
  }
  return all;
}
