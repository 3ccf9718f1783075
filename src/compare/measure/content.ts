/** What is consumed, or relayed: bytes without a pattern, the same in every process that asks for so many. */
import { createCipheriv, createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { copyBytes } from "../../core/copy.ts";

const partBytes = 1 << 20;

/** The key stream of a counter: no piece is like another, so none can be mistaken for it. */
export function* partsOf(bytes: number): Generator<Uint8Array> {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(partBytes);
  for (let left = bytes; left > 0; left -= partBytes) {
    yield cipher.update(zeros.subarray(0, left));
  }
}

/** In memory of its own, every page of it touched. */
export function makeContent(bytes: number): Uint8Array {
  const content = new Uint8Array(bytes);
  let at = 0;
  for (const part of partsOf(bytes)) {
    copyBytes(part, content.subarray(at));
    at += part.length;
  }
  return content;
}

export async function hashContent(bytes: number, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for (const part of partsOf(bytes)) {
    signal.throwIfAborted();
    hash.update(part);
    await nextTurn(); // a signal can come in
  }
  return hash.digest("hex");
}
