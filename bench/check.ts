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

/** Memory as its length and checksum, whatever class holds it; cpython.py writes the same. */
function plain(value: unknown): string | undefined {
  const lends = value as { lendUint8Array?: () => Uint8Array } | null | undefined;
  const bytes = lends?.lendUint8Array?.() ?? value;
  if (bytes instanceof Uint8Array) return `${bytes.length} bytes, crc32 ${crc32(bytes)}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
