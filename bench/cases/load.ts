/** What a program pays before it does anything: import in a new process, and bytes in a bundle. */
import type { Case } from "../case.ts";
import { peer } from "../package.ts";

const imports: Case = {
  name: "import",
  item: "import",
  measure: "firstCall",
  bars: [{ subject: "zerocopy", max: 10 }],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      zerocopy: () => () => import("zerocopy"),
      "zerocopy/struct": () => () => import("zerocopy/struct"),
      ndarray: peer("import", "ndarray"),
      "python-struct": peer("import", "python-struct"),
    },
  }),
};

const bundle: Case = {
  name: "bundle",
  item: "bundle, minified and compressed",
  measure: "value",
  bars: [
    { subject: "memoryview", max: 14_000 },
    { subject: "all of core", max: 25_000 },
  ],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      memoryview: () => bundleOf('export { memoryview } from "zerocopy";'),
      "all of core": () => bundleOf('export * from "zerocopy";'),
      "zerocopy/struct": () => bundleOf('export * from "zerocopy/struct";'),
    },
  }),
};

/** Bundled while it is prepared; the bundler is loaded here, so that it is not part of `import`. */
async function bundleOf(source: string): Promise<() => number> {
  const { bundleBytes } = await import("../bundle.ts");
  const size = await bundleBytes(source);
  return () => size;
}

export const cases: readonly Case[] = [imports, bundle];
