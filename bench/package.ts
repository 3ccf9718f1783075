/** Where things lie: the same answer from `bench` and from `bench/dist`. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Prepare } from "./case.ts";

export const root: string = path.dirname(
  createRequire(import.meta.url).resolve("zerocopy/package.json"),
);
export const thirdparty: string = path.join(root, "bench/thirdparty");
export const copiedGolden: string = path.join(root, "bench/copied.golden.json");

/**
 * A subject that uses a package which is no dependency of ours: `thirdparty/<module>.mjs` exports by
 * default a function that takes `corpus` and returns a `Run`.
 */
export function peer(module: string, ...corpus: readonly unknown[]): Prepare {
  return async () => {
    const url = pathToFileURL(path.join(thirdparty, `${module}.mjs`)).href;
    return (await import(url)).default(...corpus);
  };
}
