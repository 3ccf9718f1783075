/** Errors that more than one transfer ends with. */
import { ZeroCopyError } from "../core/errors.ts";

/** Of `require: "zero-copy"`. `obstacle`: why bytes would have to be copied. */
export function unavailable(action: string, obstacle: string, bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_ZERO_COPY_UNAVAILABLE",
    `Cannot ${action}: wanted zero-copy, found that ${obstacle}`,
    { bytes },
  );
}

/** `found` of the `wanted` bytes of a file were there; `bytes` have left, with what surrounds it. */
export function becameShorter(wanted: number, found: number, bytes: number): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_FILE_TRUNCATED",
    `Cannot send a file: wanted ${wanted} bytes, found that it became shorter after ${found}`,
    { bytes },
  );
}
