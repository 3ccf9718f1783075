import { checkWindow } from "../os/mmap.ts";
import type { AnyFile } from "../os/file.ts";
import { mapPlan, planOf } from "./mapOptions.ts";
import type { MapOptions } from "./mapOptions.ts";
import { withFile } from "./mappable.ts";
import { MappedFile } from "./mappedFile.ts";

/**
 * A file as memory: a view whose bytes are the pages of the file, read when they are touched.
 *
 * Opening reads nothing, whatever the size. Touching a page that is not in memory waits for the
 * disk on the thread that touches it; `populate` brings pages in beforehand, off-thread. The file is
 * not kept open. An empty file gives an empty view (Python refuses it).
 *
 * When somebody truncates the file its lost pages read as zeros, and everything but a plain `get`
 * throws ERR_MAP_TRUNCATED from then on. Who needs to be sure replaces files by rename.
 *
 * *Copies:* none. *Complexity:* open, fstat, mmap, close; the pages that are touched. An engine may
 * collect garbage first when a large mapping is made, as for any ArrayBuffer.
 *
 * @param file - a path, a file descriptor or a FileHandle; for `"write"` open for both.
 * @throws {ValueError} for an option that is none, a range that is not in the file, and for more
 *   bytes than the engine allows in one view (4 GiB on Node 20): `mapWindows` maps them.
 * @throws {ZeroCopyError} ERR_NOT_REGULAR_FILE; ERR_NOT_SUPPORTED without the native addon.
 * @throws {OSError} of mmap(2): EACCES (a descriptor not open for this access), ENODEV, ENOMEM, …
 * @throws {Error} Node's, of opening a path: ENOENT, EACCES, …
 * @throws {TypeError} for arguments of another kind. {@link https://docs.python.org/3/library/mmap.html mmap.mmap}, mmap(2).
 *
 * @example
 * ```ts
 * import { mapFile } from "zerocopy/fs";
 *
 * const map = mapFile(process.execPath, { advice: "random" });
 * try {
 *   console.log(map.nbytes > 0, map.find(new TextEncoder().encode("ELF"))); // true 1
 * } finally {
 *   map.unmap();
 * }
 * ```
 */
export function mapFile(file: AnyFile, options: MapOptions = {}): MappedFile {
  const action = "map a file";
  const plan = planOf(options, action);
  return withFile(file, plan.access === "write", action, (open) => {
    return MappedFile._of(mapPlan(plan, open, (length) => checkWindow(action, length)));
  });
}
