/** Files whose bytes tell which file they are of, and where in it. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { later } from "./resources.ts";

// A prime, so that equal bytes never lie a power of two apart.
const periodBytes = 65_521;
const periods = new Map<number, Buffer>();

/** `count` bytes of file `tag` from `offset`. */
export function content(tag: number, count: number, offset = 0): Buffer {
  const period = periodOf(tag);
  const bytes = Buffer.alloc(count);
  for (let done = 0; done < count;) {
    const start = (offset + done) % periodBytes;
    done += period.copy(bytes, done, start);
  }
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  later(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a new file of `size` bytes of `tag`. */
export function taggedFile(tag: number, size: number, folder = temporaryFolder()): string {
  const file = path.join(folder, `${tag}.bin`);
  fs.writeFileSync(file, content(tag, size));
  return file;
}

/** The path of a new file that is one hole: large, and nothing is stored. */
export function sparseFile(size: number): string {
  // Reading a hole costs nothing in tmpfs, and a page of cache elsewhere.
  const parent = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, "zerocopy-test-"));
  later(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "sparse.bin");
  fs.writeFileSync(file, "");
  fs.truncateSync(file, size);
  return file;
}

/** xorshift32: neighbouring tags have nothing in common. */
function periodOf(tag: number): Buffer {
  const known = periods.get(tag);
  if (known) return known;
  const words = new Uint32Array(Math.ceil(periodBytes / 4));
  let state = Math.imul(tag + 1, 0x9e3779b1) | 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  const period = Buffer.from(words.buffer, 0, periodBytes);
  if (periods.size < 300) periods.set(tag, period);
  return period;
}
