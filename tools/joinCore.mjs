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
});
await bundle.write({
  dir: dist,
  comments: { jsdoc: false }, // it stands in the declarations
  entryFileNames: "[name].js",
  chunkFileNames: "core/all.js",
  codeSplitting: { groups: [{ name: "all", test: /\/dist\/(core|format)\// }] },
});
await bundle.close();
