/**
 * Makes one script of what runs in each page: it goes inside the page, where nothing can be imported.
 *
 *     node tools/joinPages.mjs        after tsc, which checks the same files; a part of `npm run build`
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const folder of ["compare/report/page/browser", "profile/report/page/browser"]) {
  const bundle = await rolldown({
    cwd: root,
    input: `src/${folder}/client.ts`,
    platform: "browser",
  });
  await bundle.write({ file: `dist/${folder}/client.js`, format: "es" });
  await bundle.close();
}
