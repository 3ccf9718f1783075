/** New descriptors made by the addon, and who closes what nobody has closed. */
import fs from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * Calls `make` for a new descriptor. At the end of a worker Node closes the files that the worker has
 * opened by `node:fs`, and only those; so there a file is opened, and its descriptor becomes the new
 * one.
 */
export function madeDescriptor(make: (place: number) => number): number {
  if (isMainThread) return make(-1);
  const place = fs.openSync("/dev/null", "r");
  try {
    return make(place);
  } catch (error) {
    fs.closeSync(place);
    throw error;
  }
}

/** As `madeDescriptor`, off the thread. */
export async function madeDescriptorAsync(
  make: (place: number) => Promise<number>,
): Promise<number> {
  if (isMainThread) return make(-1);
  const place = fs.openSync("/dev/null", "r");
  try {
    return await make(place);
  } catch (error) {
    fs.closeSync(place);
    throw error;
  }
}
