/** What the calls of this folder check before they touch anything. */
import { AsyncResource } from "node:async_hooks";
import type { FileHandle } from "node:fs/promises";
import { Socket } from "node:net";
import { ValueError, ZeroCopyError, describe, invalidType } from "../core/errors.ts";
import type { SendableFile } from "./source.ts";

export interface CommonOptions<P = never> {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: P) => void) | undefined;
  readonly require: "zero-copy" | undefined;
}

/** @throws {TypeError}; {@link ZeroCopyError} ERR_SOCKET_CLOSED when nothing can come from it. */
export function checkReadable(socket: unknown, action: string): asserts socket is Socket {
  if (!(socket instanceof Socket)) throw invalidType(action, "a net.Socket", socket);
  if (socket.destroyed) throw closed(action, "an open socket", "is closed");
}

/** @throws as {@link checkReadable}, and when nothing can be written to it. */
export function checkDuplex(socket: unknown, action: string): asserts socket is Socket {
  checkReadable(socket, action);
  if (socket.writableEnded) throw closed(action, "a writable socket", "has been ended");
  if (!socket.writable) throw closed(action, "a writable socket", "is closed");
}

function closed(action: string, wanted: string, state: string): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot ${action}: wanted ${wanted}, found one that ${state}`,
  );
}

export function checkFile(file: unknown, action: string): asserts file is SendableFile {
  const ok =
    typeof file === "string" ||
    typeof file === "number" ||
    file instanceof URL ||
    Buffer.isBuffer(file) ||
    (typeof file === "object" && file !== null && typeof (file as FileHandle).fd === "number");
  if (!ok) throw invalidType(action, "a path, a file descriptor or a FileHandle", file);
}

/** What was checked, read once: a getter may answer something else the next time. */
export function checkOptions<P>(
  options: Partial<CommonOptions<P>>,
  action: string,
): CommonOptions<P> {
  if (typeof options !== "object" || options === null) {
    throw invalidType(action, "options to be an object", options);
  }
  const { signal, onProgress, require } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidType(action, "signal to be an AbortSignal", signal);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalidType(action, "onProgress to be a function", onProgress);
  }
  if (require !== undefined && require !== "zero-copy") {
    throw invalidType(action, 'require to be "zero-copy"', require);
  }
  return { signal, onProgress: onProgress && inContext(onProgress), require };
}

/** Progress is told by a thread of ours, which knows nothing of the caller's AsyncLocalStorage. */
function inContext<P>(onProgress: (progress: P) => void): (progress: P) => void {
  const caller = new AsyncResource("zerocopy.onProgress");
  return (progress) => caller.runInAsyncScope(onProgress, undefined, progress);
}

export function checkCount(name: string, value: unknown, action: string): void {
  if (value === undefined) return;
  if (typeof value !== "number" || (Number.isFinite(value) && !Number.isInteger(value))) {
    throw invalidType(action, `${name} to be an integer`, value);
  }
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ValueError(
      `Cannot ${action}: wanted ${name} between 0 and 2^53 - 1, found ${describe(value)}`,
    );
  }
}
