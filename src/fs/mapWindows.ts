import { ValueError, cannot } from "../core/errors.ts";
import { checkInteger } from "../os/arguments.ts";
import { pageSize } from "../os/mapping.ts";
import type { AnyFile } from "../os/file.ts";
import { mapPlan, planOf } from "./mapOptions.ts";
import type { MapOptions } from "./mapOptions.ts";
import { withFile } from "./mappable.ts";
import { MappedWindows } from "./mappedWindows.ts";

export interface MapWindowsOptions extends MapOptions {
  /** Size of a window: a multiple of the page size, below 4 GiB. Default 1 GiB. */
  readonly windowBytes?: number;
}

const oneGiB = 2 ** 30;

/**
 * A file of any size as memory: one mapping, looked at through windows, because an engine limits how
 * long one view may be (4 GiB on Node 20). As `mapFile` in everything else. A window is made when it
 * is first asked for.
 *
 * *Copies:* none. *Complexity:* open, fstat, mmap, close; the pages that are touched.
 *
 * @throws as `mapFile`. @throws {ValueError} for a size of windows that cannot be. Source: mmap(2).
 *
 * @example
 * ```ts
 * import { mapWindows } from "zerocopy/fs";
 *
 * const map = mapWindows(process.execPath, { windowBytes: 1 << 20 });
 * const [view, index] = map.locate(map.nbytes - 1);
 * console.log(view.get(index) === map.get("B", map.nbytes - 1)); // true
 * map.unmap();
 * ```
 */
export function mapWindows(file: AnyFile, options: MapWindowsOptions = {}): MappedWindows {
  const action = "map a file";
  const plan = planOf(options, action);
  const windowBytes = checkInteger(action, "windowBytes", options.windowBytes ?? oneGiB);
  const page = pageSize();
  if (windowBytes <= 0 || windowBytes % page !== 0 || windowBytes > 4 * oneGiB - page) {
    const wanted = `windowBytes to be a multiple of ${page}, below 4 GiB`;
    throw cannot(ValueError, action, wanted, windowBytes);
  }
  return withFile(file, plan.access === "write", action, (open) => {
    return MappedWindows._of(
      mapPlan(plan, open, () => undefined),
      windowBytes,
    );
  });
}
