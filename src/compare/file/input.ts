/** Which file is sent: the user's, checked, or one made for the run. */
import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { InputError } from "../chapter.ts";
import type { Input, InputRequest } from "../chapter.ts";
import { bytes } from "../report/format.ts";

export interface FileInput extends Input {
  readonly path: string;
}

const smallestDefaultBytes = 20e6;
const temporaryBytes = 100e6;

/**
 * One input per size asked for, or one: the path, or without a path the running Node binary, or a
 * temporary file where that one is small.
 */
export async function openInputs(
  { path: file, range, sizes, cold }: InputRequest,
  signal: AbortSignal,
): Promise<FileInput[]> {
  if (sizes) return makeAll(sizes, signal);
  const binary = process.execPath;
  if (file === undefined && fs.statSync(binary).size < smallestDefaultBytes) {
    return makeAll([temporaryBytes], signal);
  }
  const input = checkFile(file ?? binary, range);
  return cold ? copyOf(input, signal) : [input];
}

function checkFile(file: string, range: InputRequest["range"]): FileInput {
  const absolute = path.resolve(file);
  // Without O_NONBLOCK a FIFO that nobody writes to would hang here: fifo(7).
  const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
  const fd = attempt(file, () => fs.openSync(absolute, flags));
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile()) throw refusal(file, `it is ${kindOf(stats)}`);
    if (stats.size === 0) {
      const found = attempt(file, () => fs.readSync(fd, Buffer.alloc(1)));
      throw refusal(file, found ? "it tells size 0 though it is not empty" : "it is empty");
    }
    const { start, end } = { start: 0, ...range, end: range?.end ?? stats.size };
    if (start >= stats.size || end > stats.size) {
      const wanted = `${start}-${range?.end === undefined ? "" : end - 1}`;
      throw new InputError(
        `Cannot compare ${file}: wanted bytes ${wanted}, but it has ${stats.size} bytes`,
      );
    }
    return {
      path: absolute,
      name: absolute,
      offset: start,
      count: end - start,
      fileBytes: stats.size,
      temporary: false,
      dispose: () => {},
    };
  } finally {
    fs.closeSync(fd);
  }
}

function copyOf(input: FileInput, signal: AbortSignal): Promise<FileInput[]> {
  return inFolder(input.fileBytes, async (folder) => {
    const copy = path.join(folder, "copy");
    await pipeline(fs.createReadStream(input.path), fs.createWriteStream(copy), { signal });
    return [{ ...input, path: copy }];
  });
}

function makeAll(sizes: readonly number[], signal: AbortSignal): Promise<FileInput[]> {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return inFolder(total, async (folder) => {
    const made: Made[] = [];
    for (const size of sizes) {
      const file = path.join(folder, `${size}-bytes`);
      await pipeline(randomBytes(size), fs.createWriteStream(file), { signal });
      made.push({
        path: file,
        name: file,
        offset: 0,
        count: size,
        fileBytes: size,
        temporary: true,
      });
    }
    return made;
  });
}

type Made = Omit<FileInput, "dispose">;

/** Runs `make` in a new temporary folder, which goes when the last of the inputs has been disposed of. */
async function inFolder(
  wantedBytes: number,
  make: (folder: string) => Promise<Made[]>,
): Promise<FileInput[]> {
  const { bavail, bsize } = fs.statfsSync(os.tmpdir());
  if (bavail * bsize < wantedBytes) {
    throw new InputError(
      `Cannot make temporary files: wanted ${bytes(wantedBytes)} in ${os.tmpdir()}, ` +
        `found ${bytes(bavail * bsize)} free; TMPDIR names another folder`,
    );
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-")); // a system error names the folder
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  try {
    const inputs = await make(folder);
    let left = inputs.length;
    const dispose = (): void => {
      if (--left === 0) remove();
    };
    return inputs.map((input) => Object.assign(input, { dispose }));
  } catch (error) {
    remove();
    if ((error as Error).name === "AbortError") throw error;
    throw new InputError(`Cannot make temporary files: ${(error as Error).message}`);
  }
}

/** One random piece again and again: enough to defeat compression by file systems. */
function* randomBytes(size: number): Iterable<Uint8Array> {
  const piece = randomFillSync(Buffer.alloc(Math.min(size, 1 << 20)));
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw refusal(file, (code && reasons[code]) ?? message);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read (permission denied)",
  ENXIO: "it is a socket", // the answer of open(2) to one
  ENOTDIR: "a part of its path is not a directory",
  ELOOP: "its symbolic links go in a circle",
};

function refusal(file: string, reason: string): InputError {
  return new InputError(
    `Cannot compare ${file}: wanted a regular file with content, but ${reason}`,
  );
}

function kindOf(stats: fs.Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a FIFO";
  return "a device";
}
