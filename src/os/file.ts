/**
 * Files as callers name them: by path, which is opened, or by a descriptor of theirs, of which a
 * duplicate is used, so that closing the original in the middle is harmless.
 */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { invalidType } from "../core/errors.ts";
import { nativeAddon } from "../native/binding.ts";
import { systemError } from "../native/systemError.ts";

/** A path, an open file descriptor, or a `FileHandle` of `node:fs/promises`. */
export type AnyFile = string | URL | Buffer | number | FileHandle;

/** `close` gives up our descriptor, never the caller's. */
export interface OpenFile {
  readonly fd: number;
  close(): Promise<void>;
}

/** A FIFO without its other end would hang in open(2); a terminal would become ours: fifo(7), open(2). */
export const safeOpenFlags: number = (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOCTTY ?? 0);

export function isPath(file: unknown): file is string | URL | Buffer {
  return typeof file === "string" || file instanceof URL || Buffer.isBuffer(file);
}

/** Descriptors are duplicated before this returns. @throws the error of `open`, or of dup(2). */
export async function openFile(
  file: AnyFile,
  action: string,
  flags: string | number,
  mode: number = 0o666,
): Promise<OpenFile> {
  if (!isPath(file)) return duplicate(file, action);
  const fd = await new Promise<number>((resolve, reject) => {
    fs.open(file, flags, mode, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  return { fd, close: () => closeFd(fd) };
}

/** The descriptor that a caller has open. @throws {TypeError} */
export function descriptorOf(file: unknown, action: string): number {
  const isHandle = typeof file === "object" && file !== null && "fd" in file;
  const fd = isHandle ? file.fd : file;
  if (typeof fd === "number" && Number.isInteger(fd) && fd >= 0 && fd <= 0x7fffffff) return fd;
  const wanted = "a path, an open file descriptor or an open FileHandle";
  throw invalidType(action, wanted, isHandle ? fd : file);
}

/** Without the addon nothing can be duplicated: the descriptor must then stay open, as in `fs`. */
function duplicate(file: unknown, action: string): OpenFile {
  const fd = descriptorOf(file, action);
  const addon = nativeAddon();
  if (!addon) return { fd, close: async () => {} };
  // Opened by Node, which closes what a terminated worker has left open; a bare dup it knows not of.
  const place = fs.openSync("/dev/null", "r");
  const result = addon.duplicateTo(fd, place);
  if (result === 0) return { fd: place, close: () => closeFd(place) };
  fs.closeSync(place);
  throw systemError(result, "dup");
}

function closeFd(fd: number): Promise<void> {
  return new Promise((resolve) => {
    fs.close(fd, () => resolve());
  });
}

/** What a failed operation had moved before; `error` is what it failed with. */
export function afterBytes(error: unknown, bytes: number): unknown {
  return error instanceof Error && "errno" in error ? Object.assign(error, { bytes }) : error;
}
