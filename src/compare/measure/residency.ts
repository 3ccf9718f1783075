/** Is a file in the page cache, and how to get it out: native/src/sys/cache.h. */
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nativeAddon } from "../../native/binding.ts";
import { errorCode } from "../../native/systemError.ts";
import { InputError } from "../chapter.ts";
import { sixDigits } from "./sixDigits.ts";

/** More of a file than this in the page cache, and it is not cold. */
const coldFraction = 0.01;
const mostAttempts = 20;
const betweenAttemptsMs = 25;

/** The part of the file that is in the page cache, by cachestat(2); null where nothing tells. */
export function residentFraction(path: string): number | null {
  const addon = nativeAddon();
  if (!addon) return null;
  return withFile(path, (fd) => {
    const resident = addon.residentBytes(fd);
    return resident < 0 ? null : sixDigits(Math.min(1, resident / fs.fstatSync(fd).size));
  });
}

/**
 * Drops the file from the page cache, and proves it. What the kernel is still busy with stays at first,
 * so it is tried again for a while.
 *
 * @throws {InputError} when that is impossible here, or more than 1 % stays.
 */
export async function makeCold(path: string): Promise<void> {
  const addon = nativeAddon();
  if (!addon) throw cannot("the native addon is missing (zerocopy doctor)");
  for (let attempt = 1; ; attempt++) {
    const fraction = withFile(path, (fd) => {
      fs.fsyncSync(fd); // dirty pages cannot be dropped
      addon.releaseSegments(); // nor can those that an earlier transfer still refers to
      const dropped = addon.dropCache(fd);
      if (dropped < 0) throw cannot(`posix_fadvise answers ${errorCode(dropped)}`);
      const resident = addon.residentBytes(fd);
      if (resident < 0) throw cannot(`cachestat answers ${errorCode(resident)}`);
      return resident / fs.fstatSync(fd).size;
    });
    if (fraction <= coldFraction) return;
    if (attempt === mostAttempts) {
      throw cannot(
        `${(fraction * 100).toFixed(1)} % of ${path} stays in the page cache; ` +
          "a file system in memory cannot be cold: set TMPDIR to a folder on a disk",
      );
    }
    await sleep(betweenAttemptsMs);
  }
}

function cannot(reason: string): InputError {
  return new InputError(`Cannot measure a cold file: ${reason}`);
}

function withFile<T>(path: string, action: (fd: number) => T): T {
  const fd = fs.openSync(path, "r");
  try {
    return action(fd);
  } finally {
    fs.closeSync(fd);
  }
}
