/** Bundles for runtimes that do not run TypeScript, and for a browser. */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import type { InputOptions, OutputChunk, OutputOptions } from "rolldown";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Bundles one of our TypeScript entries; each runtime finds the library by rules of its own. */
export async function bundleSuite(entry: URL, folder: string): Promise<void> {
  const external = /^(zerocopy(\/.*)?|node:.*)$/;
  await bundle({ input: fileURLToPath(entry), external }, { dir: folder });
}

/** Bundles the library as for a web page: `index.js`, `struct.js`, and what they share. */
export async function bundleLibrary(folder: string): Promise<OutputChunk[]> {
  const input = { index: `${root}dist/index.js`, struct: `${root}dist/struct/index.js` };
  return bundle({ input }, { dir: folder, minify: true });
}

/** @throws for an import that is neither found nor external. */
async function bundle(input: InputOptions, output: OutputOptions): Promise<OutputChunk[]> {
  const build = await rolldown({
    ...input,
    cwd: root,
    platform: "neutral",
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  try {
    const written = await build.write(output);
    return written.output.filter((part) => part.type === "chunk");
  } finally {
    await build.close();
  }
}
