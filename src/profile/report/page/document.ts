/**
 * The frame of both pages. Everything is inside, and the policy lets nothing in but the one style sheet and
 * the one script that were written here: text that got through unescaped could still not run.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { escape, scriptJson } from "../../../compare/report/page/html.ts";
import type { CopyTree } from "./copyTree.ts";
import { style } from "./style.ts";

/** `header` and `main` are HTML. */
export function renderDocument(parts: {
  readonly title: string;
  readonly header: string;
  readonly main: string;
  readonly tree: CopyTree;
}): string {
  const script = readFileSync(new URL("./browser/client.js", import.meta.url), "utf8");
  const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="zerocopy profile">
<link rel="icon" href="data:,">
<title>${escape(parts.title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#table">Skip to the table</a>
<header>
<button type="button" id="theme" aria-pressed="false">Dark</button>
${parts.header}
</header>
<main>
${parts.main}
</main>
<footer><p>Made by zerocopy profile. This page needs no network.</p></footer>
<script type="application/json" id="tree">${scriptJson(parts.tree)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
