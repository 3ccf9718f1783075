/** Bytes as characters and digits. */

const chunk = 8192;

/** The bytes as text of Latin-1. *Copies:* n bytes, as text. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += chunk) {
    text += String.fromCharCode(...bytes.subarray(from, from + chunk));
  }
  return text;
}

/** Two hexadecimal digits. */
export function digitsOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
