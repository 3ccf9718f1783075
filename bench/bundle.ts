/** The size of what a bundler leaves of an import: minified, compressed as a web server would. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./package.ts";

const entry = "virtual:entry";

/**
 * Bundles `source`, a module that imports from `"zerocopy"`.
 *
 * @throws when it reaches anything outside of the package: a browser could not load it.
 */
export async function bundleBytes(source: string): Promise<number> {
  const bundle = await rolldown({
    input: entry,
    cwd: root,
    platform: "neutral",
    treeshake: true,
    onwarn(warning) {
      throw new Error(warning.message);
    },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
  });
  try {
    const { output } = await bundle.generate({ format: "es", minify: true });
    return gzipSync(output.map((part) => ("code" in part ? part.code : "")).join("\n"), {
      level: 9,
    }).length;
  } finally {
    await bundle.close();
  }
}
