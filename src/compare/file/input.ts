/** Which file is sent: the user's, checked, or a real one that is always there. */
import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { InputError } from "../chapter.ts";
import type { Input } from "../chapter.ts";

const smallestDefaultBytes = 20e6;
const temporaryBytes = 100e6;

/** Without a path: the running Node binary, or a temporary file where that one is small. */
export function openInput(file: string | undefined): Input {
  if (file !== undefined) return checkFile(file);
  const binary = fs.statSync(process.execPath);
  return binary.size >= smallestDefaultBytes ? checkFile(process.execPath) : makeTemporary();
}

function checkFile(file: string): Input {
  const absolute = path.resolve(file);
  // Without O_NONBLOCK a FIFO that nobody writes to would hang here: fifo(7).
  const fd = attempt(file, () =>
    fs.openSync(absolute, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK),
  );
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile()) throw refusal(file, `it is ${kindOf(stats)}`);
    if (stats.size === 0) {
      const found = attempt(file, () => fs.readSync(fd, Buffer.alloc(1)));
      throw refusal(file, found ? "it tells size 0 though it is not empty" : "it is empty");
    }
    return { path: absolute, bytes: stats.size, dispose: () => {} };
  } finally {
    fs.closeSync(fd);
  }
}

function makeTemporary(): Input {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-"));
  const file = path.join(folder, "100-MB");
  const dispose = (): void => fs.rmSync(folder, { recursive: true, force: true });
  try {
    const piece = randomFillSync(Buffer.alloc(1e6));
    const fd = fs.openSync(file, "wx");
    for (let bytes = 0; bytes < temporaryBytes; bytes += piece.length) fs.writeSync(fd, piece);
    fs.closeSync(fd);
  } catch (error) {
    dispose();
    throw error;
  }
  return { path: file, bytes: temporaryBytes, dispose };
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // open(2) of a Unix socket answers ENXIO.
    throw refusal(file, (code && reasons[code]) ?? message);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read (permission denied)",
  ENXIO: "it is a socket",
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
