/** Argument checks shared by the calls of this folder. */
import { invalidType } from "../core/errors.ts";
import { checkCount } from "../os/arguments.ts";

/** A place in a file, or null for its own position. */
export function checkPosition(action: string, position: unknown): number | null {
  return position === null ? null : checkCount(action, "position", position);
}

export interface CopyFileOptions {
  /** Fail with EEXIST when there is something at `to`. Default: replace its contents. */
  readonly exclusive?: boolean;
  /** Ends the copy early, between two windows of 8 MiB; what is there of it is removed. */
  readonly signal?: AbortSignal;
  /** Called after every window of 8 MiB. `total` is undefined when the file does not tell its size. */
  readonly onProgress?: (progress: { bytes: number; total: number | undefined }) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy through user space. */
  readonly require?: "zero-copy";
}

export function checkCopyOptions(action: string, options: CopyFileOptions): void {
  if (typeof options !== "object" || options === null) {
    throw invalidType(action, "options to be an object", options);
  }
  const { exclusive, signal, onProgress, require } = options;
  if (exclusive !== undefined && typeof exclusive !== "boolean") {
    throw invalidType(action, "exclusive to be true or false", exclusive);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidType(action, "signal to be an AbortSignal", signal);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalidType(action, "onProgress to be a function", onProgress);
  }
  if (require !== undefined && require !== "zero-copy") {
    throw invalidType(action, 'require to be "zero-copy"', require);
  }
}
