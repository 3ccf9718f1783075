/**
 * A directory as a page: no script, nothing from elsewhere, every name escaped, and a policy under
 * which a name that were not could do nothing. Links are relative, so it may be mounted anywhere.
 */
import { createHash } from "node:crypto";
import { escapeHtml } from "../html.ts";
import type { ListedEntry, Listing } from "./directory.ts";

const style = /* css */ `
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1c2024; --soft: #4a5563; --line: #d9dee5; --panel: #f3f5f8; --link: #0b5c8a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #eceff3; --soft: #b4beca; --line: #333a43; --panel: #1c2127; --link: #7fc4f5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
header, main, footer { max-width: 1000px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 28px; }
h1 { font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.2; margin: 4px 0 0; overflow-wrap: anywhere; }
p { margin: 4px 0 0; color: var(--soft); }
nav ol { display: flex; flex-wrap: wrap; gap: 0 6px; list-style: none; margin: 0; padding: 0; }
nav li { overflow-wrap: anywhere; min-width: 0; }
nav li + li::before { content: "/"; color: var(--soft); margin-right: 6px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav a, footer a, p a { text-decoration: underline; text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; margin: 18px 0; }
th { text-align: left; font-size: 0.85rem; font-weight: 600; color: var(--soft); }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
tbody tr:hover { background: var(--panel); }
td:first-child { overflow-wrap: anywhere; white-space: pre-wrap; width: 100%; }
td:first-child a { display: block; }
.directory a { font-weight: 600; }
th:nth-child(n+2), td:nth-child(n+2) { text-align: right; white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; }
.note { color: var(--soft); font-style: italic; }
footer { padding-bottom: 40px; }
footer ul { display: flex; flex-wrap: wrap; gap: 4px 14px; list-style: none; padding: 0; margin: 0; }
@media (max-width: 560px) { .clock { display: none; } }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** Nothing runs, nothing is fetched, and nobody may put the page in a frame. */
export const contentPolicy: string = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function renderPage(listing: Listing): string {
  const title = `Index of ${readable(listing.path)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="zerocopy">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
${breadcrumbs(listing.path)}
<h1><bdi>${escapeHtml(title)}</bdi></h1>
<p>${summary(listing)}</p>
</header>
<main>
${table(listing)}
</main>
${footer(listing)}</body>
</html>
`;
}

/** Every folder above, and this one. */
function breadcrumbs(pathname: string): string {
  const parts = pathname.split("/").slice(1, -1);
  const up = (levels: number): string => (levels === 0 ? "./" : "../".repeat(levels));
  const crumbs = parts
    .map((part, index) => ({ part, href: up(parts.length - 1 - index) }))
    .filter(({ part }) => part !== "");
  const all = [{ part: "root", href: up(parts.length) }, ...crumbs];
  const items = all.map(({ part, href }, index) => {
    const current = index === all.length - 1 ? ' aria-current="page"' : "";
    return `<li><a href="${href}"${current}><bdi>${escapeHtml(readable(part))}</bdi></a></li>`;
  });
  return `<nav aria-label="Folders above"><ol>${items.join("")}</ol></nav>`;
}

function summary({ entries, page, pages, total, complete }: Listing): string {
  if (pages > 1 || !complete) {
    const number = total.toLocaleString("en-US");
    const many = complete ? `${number} entries` : `The first ${number} entries of more`;
    return `${many}, page ${page} of ${pages}`;
  }
  const folders = entries.filter(({ kind }) => kind === "directory").length;
  const files = entries.filter(({ kind }) => kind === "file");
  const bytes = files.reduce((sum, { size = 0 }) => sum + size, 0);
  const parts = [];
  if (folders > 0) parts.push(`${folders} ${folders === 1 ? "folder" : "folders"}`);
  if (files.length > 0) {
    parts.push(
      `${files.length} ${files.length === 1 ? "file" : "files"} with ${formatBytes(bytes)}`,
    );
  }
  const others = entries.length - folders - files.length;
  if (others > 0) parts.push(`${others} that cannot be opened`);
  return parts.length > 0 ? parts.join(", ") : "This folder is empty.";
}

function table({ path, entries, page }: Listing): string {
  const rows = entries.map(row);
  if (path !== "/" && page === 1) {
    rows.unshift(
      '<tr class="directory"><td><a href="../" aria-label="the folder above">../</a></td><td></td><td></td></tr>',
    );
  }
  if (rows.length === 0) return "";
  return `<table>
<thead><tr><th scope="col">Name</th><th scope="col">Size</th><th scope="col">Changed (UTC)</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`;
}

function row({ name, kind, size, modified, href, note }: ListedEntry): string {
  const text = `<bdi>${escapeHtml(readable(name))}</bdi>${kind === "directory" ? "/" : ""}`;
  // A name may begin like a scheme ("javascript:"): percent-encoding leaves no colon in `href`.
  const link = href === undefined ? text : `<a href="${escapeHtml(href)}">${text}</a>`;
  const why = note === undefined ? "" : ` <span class="note">${escapeHtml(note)}</span>`;
  const bytes =
    size === undefined
      ? "<td></td>"
      : `<td title="${size.toLocaleString("en-US")} bytes">${formatBytes(size)}</td>`;
  return `<tr class="${kind}"><td>${link}${why}</td>${bytes}<td>${date(modified)}</td></tr>`;
}

function date(modified: Date | undefined): string {
  if (modified === undefined || Number.isNaN(modified.getTime())) return "";
  const iso = modified.toISOString();
  const [day = "", clock = ""] = iso.split("T");
  return `<time datetime="${iso}">${day}<span class="clock"> ${clock.slice(0, 5)}</span></time>`;
}

function footer({ page, pages }: Listing): string {
  if (pages < 2) return "";
  const items = Array.from({ length: pages }, (_, index) => {
    const number = index + 1;
    const current = number === page ? ' aria-current="page"' : "";
    return `<li><a href="?page=${number}"${current}>${number}</a></li>`;
  });
  return `<footer><nav aria-label="Pages"><ul>${items.join("")}</ul></nav></footer>\n`;
}

/** Decimal multiples; files up to 999 bytes exactly. */
function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let power = 0;
  while (bytes >= 999.5 && power < units.length - 1) {
    bytes /= 1000;
    power++;
  }
  return `${power === 0 || bytes >= 99.95 ? Math.round(bytes) : bytes.toFixed(1)} ${units[power]}`;
}

/** Control characters as their pictures: a line break in a name stays visible, and breaks nothing. */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what it is for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\u2421";
  });
}
