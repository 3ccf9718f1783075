/**
 * Makes one file of the compiled `core` and `format`: Node's loader takes about half a millisecond for
 * every module, and there are more than forty. Each module keeps its path, as a face of that file, so
 * that all entry points share one copy of each class.
 *
 *     node tools/joinCore.mjs        after tsc; a part of `npm run build`
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const portable = /^(index\.js$|(core|format|struct|interop|stream)\/)/;
const modules = fs
  .readdirSync(dist, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".js") && portable.test(file) && file !== "core/all.js")
  // The layer below first: what is alike then lies close together, which compresses better.
  .toSorted((a, b) => Number(b.startsWith("format/")) - Number(a.startsWith("format/")));

const bundle = await rolldown({
  input: Object.fromEntries(modules.map((file) => [file.slice(0, -3), path.join(dist, file)])),
  platform: "neutral",
  plugins: [
    {
      name: "source maps of the compiler",
      load: (id) => ({
        code: fs.readFileSync(id, "utf8"),
        map: fs.readFileSync(`${id}.map`, "utf8"),
      }),
    },
  ],
});
await bundle.write({
  dir: dist,
  sourcemap: true,
  comments: { jsdoc: false }, // it stands in the declarations, and in the sources that the map carries
  entryFileNames: "[name].js",
  chunkFileNames: "core/all.js",
  codeSplitting: { groups: [{ name: "all", test: /\/dist\/(core|format)\// }] },
});
await bundle.close();

// The compiler's maps of modules that are faces now describe what is no longer there.
for (const file of modules) {
  const code = fs.readFileSync(path.join(dist, file), "utf8");
  if (!code.includes("\n//# sourceMappingURL=")) fs.rmSync(path.join(dist, `${file}.map`));
}
