/** Calls of `node:fs` as promises of `OSError`, whose messages, unlike Node's, tell no paths. */
import { systemError } from "../../native/systemError.ts";

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

/** @throws {OSError} */
export function offThread<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((found, failed) => {
    start((error, value) => {
      if (!error) found(value);
      else if (error.errno === undefined) failed(error);
      else failed(systemError(error.errno, error.syscall ?? "open"));
    });
  });
}
