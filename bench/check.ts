/** Whether a subject did the work: its result, compared with what was found in the plainest way. */
import { crc32 } from "node:zlib";

/** @throws when `result` is not `expected`; `undefined` expects nothing. */
export function checkResult(result: unknown, expected: unknown): void {
  if (expected === undefined) return;
  const [found, wanted] = [plain(result), plain(expected)];
  if (found !== wanted) {
    throw new Error(`Wrong result: wanted ${wanted}, found ${found}`);
  }
}

/**
 * Memory as its length and checksum, whatever class holds it; cpython.py writes the same. A function is
 * called: what has to be done before a result can be compared is no part of the work.
 */
function plain(value: unknown): string | undefined {
  if (typeof value === "function") return plain(value());
  if (Array.isArray(value) && value.length > 0 && value.every(isMemory)) return plainParts(value);
  if (isMemory(value)) return `${value.length} bytes, crc32 ${crc32(bytesIn(value))}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A list of memories: the checksum is of all of them and of their lengths. */
function plainParts(parts: readonly Memory[]): string {
  const sum = parts.reduce((crc, part) => crc32(bytesIn(part), (crc + part.length) >>> 0), 0);
  return `${parts.length} parts, crc32 ${sum}`;
}

type Memory = Uint8Array | { readonly length: number; lendUint8Array(): Uint8Array };

function isMemory(value: unknown): value is Memory {
  if (value instanceof Uint8Array) return true;
  return typeof value === "object" && value !== null && "lendUint8Array" in value;
}

export function bytesIn(memory: Memory): Uint8Array {
  return memory instanceof Uint8Array ? memory : memory.lendUint8Array();
}
