/** The tables of sites: the line, its source, how much it copies by what, and what to write instead. */
import { bytes, count } from "../../../compare/report/format.ts";
import { escape } from "../../../compare/report/page/html.ts";
import { adviceFor } from "../../advice.ts";
import type { Difference, SiteDifference } from "../../diff.ts";
import type { Recording } from "../../model.ts";
import type { Place, Site } from "../../sites.ts";
import { copyKindOf, isCopy } from "./copyTree.ts";
import { shortPath, shown } from "./shown.ts";
import { anonymous, kindWords, percent, samplesOf, signedBytes, spreadOf } from "./words.ts";

/** More rows than anybody reads make a page slow; below the table stands what the others come to. */
const mostRows = 500;

/** `copies`: what 100 % are. Bytes that the kernel alone has moved are no part of it. */
export function siteTable(recording: Recording, sites: readonly Site[], copies: number): string {
  const rows = sites.slice(0, mostRows).map((site) => row(recording, site, copies));
  const rest = sites.slice(mostRows);
  const restBytes = rest.reduce((sum, site) => sum + site.bytes, 0);
  return `<h2 id="table">Lines that copy</h2>
<p>Largest first. The line is that of the program's innermost function; for what was copied later, that of the
function that had asked for it. <span id="site-count" role="status"></span></p>
${table(["Line", "#Bytes", "#Part", "Copied", "By", "Instead"], rows)}
${restWords(rest.length, `${bytes(Math.round(restBytes))} together`)}`;
}

/** The same of two recordings. Changes that may be chance are pale. */
export function differenceTable(
  { sites }: Difference,
  before: Recording,
  after: Recording,
): string {
  const rows = sites.slice(0, mostRows).map((site) => differenceRow(before, after, site));
  const rest = sites.slice(mostRows);
  const restBytes = rest.reduce((sum, { change }) => sum + change, 0);
  return `<h2 id="table">Lines that have changed</h2>
<p>Largest change first. What is pale is within two standard errors: samples differ as much by chance.
<span id="site-count" role="status"></span></p>
${table(["Line", "#Before", "#After", "#Change", "Copied", "By", "Instead"], rows)}
${restWords(rest.length, `${signedBytes(restBytes)} together`)}`;
}

/** Headers of numbers begin with `#`. */
function table(headers: readonly string[], rows: readonly string[]): string {
  const head = headers.map((header) =>
    header.startsWith("#")
      ? `<th scope="col" class="number">${header.slice(1)}</th>`
      : `<th scope="col">${header}</th>`,
  );
  const nothing = `<tr><th scope="row">nothing was copied</th>${"<td></td>".repeat(headers.length - 1)}</tr>`;
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="table"><table id="sites" class="sites">
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n") || nothing}
</tbody></table></div>`;
}

function restWords(rows: number, sum: string): string {
  return rows === 0 ? "" : `<p>${count(rows)} smaller rows, ${sum}, are not shown.</p>`;
}

function row(recording: Recording, site: Site, copies: number): string {
  const kind = copyKindOf(site);
  const size = Math.round(site.bytes);
  const part = isCopy(kind) && copies > 0 ? site.bytes / copies : 0;
  const error = site.error > 0 ? `${spreadOf(site.error)}, ` : "";
  return `<tr data-kind="${kind}" data-bytes="${size}">${place(recording, site)}
${number(size, `${bytes(size)}<small>${error}${samplesOf(site.samples)}</small>`)}
${number(part, isCopy(kind) ? percent(part) : "–")}
${what(site)}
<td class="advice">${advice(site, site.bytes)}</td></tr>`;
}

function differenceRow(before: Recording, after: Recording, site: SiteDifference): string {
  const [from, to, change] = [site.before, site.after, site.change].map(Math.round) as [
    number,
    number,
    number,
  ];
  const towards = change > 0 ? "more" : "less";
  const error = site.error > 0 ? `<small>${spreadOf(site.error)}</small>` : "";
  const changed = `<span class="${site.isCertain ? towards : "same"}">${signedBytes(change)}</span>${error}`;
  return `<tr data-kind="${copyKindOf(site)}" data-bytes="${to}">${place(to > 0 ? after : before, site)}
${number(from, bytes(from))}
${number(to, bytes(to))}
${number(change, changed)}
${what(site)}
<td class="advice">${to > 0 ? advice(site, to) : ""}</td></tr>`;
}

function number(value: number, html: string): string {
  return `<td class="number" data-value="${value}">${html}</td>`;
}

function what(site: Pick<Site, "kind" | "isModelled" | "api">): string {
  const kind = copyKindOf(site);
  return `<td><i class="dot ${kind}"></i>${kindWords[kind]}</td>
<td class="api"><code><bdi>${escape(shown(site.api))}</bdi></code></td>`;
}

type Placed = Place & Pick<Site, "kind" | "via"> & Partial<Pick<Site, "caller">>;

function place({ program, sources }: Recording, site: Placed): string {
  const { file, line, functionName, via, kind, caller } = site;
  if (file === "") {
    const words =
      kind === "moved" ? "by the kernel, without a copy" : "no line of the program is known";
    return `<th scope="row"><span class="nowhere">${words}</span></th>`;
  }
  const path = shortPath(file, program.directory);
  const name = functionName === "" ? anonymous : shown(functionName);
  const later = via === "origin" ? ", copied later" : "";
  const uncertain = line === 0 ? "<small>its line is not certain</small>" : "";
  const whole = escape(line === 0 ? path : `${path}:${line}`);
  // A long path breaks where its folders do.
  return `<th scope="row"><bdi>${whole.replaceAll("/", "/<wbr>")}</bdi>${uncertain}
<small><bdi>${escape(name)}</bdi>${later}</small>${caller ? calledAt(caller, program.directory) : ""}${source(sources[file], line)}</th>`;
}

/** Of a line in a package: where the program comes in. */
function calledAt({ file, line, functionName }: Place, directory: string): string {
  const where = shortPath(file, directory) + (line === 0 ? "" : `:${line}`);
  return `<small>called at <bdi>${escape(`${where} ${shown(functionName)}`.trim())}</bdi></small>`;
}

/** Longer lines are of a bundle: what they begin with is not what copies. */
const longestLine = 200;

/** How many lines around one are shown, where they are known. */
const context = 2;

function source(lines: Readonly<Record<number, string>> | undefined, line: number): string {
  if (lines?.[line] === undefined || lines[line].length >= longestLine) return "";
  const around = Array.from({ length: 2 * context + 1 }, (_, at) => line - context + at);
  const known = around.filter((at) => lines[at] !== undefined);
  const indents = known.map((at) => /^\s*/.exec(lines[at]!)![0].length);
  const indent = Math.min(...indents);
  const text = (at: number, from: number): string =>
    `<bdi>${escape(shown(lines[at]!.slice(from), longestLine))}</bdi>`;
  const own = `<code class="source">${text(line, indents[known.indexOf(line)]!)}</code>`;
  if (known.length === 1) return own;
  const all = known.map(
    (at) => `<span${at === line ? ' class="own"' : ""}><b>${at}</b> ${text(at, indent)}</span>`,
  );
  return `<details><summary>${own}</summary><pre class="source">${all.join("")}</pre></details>`;
}

function advice(site: Pick<Site, "api" | "kind">, size: number): string {
  const known = adviceFor(site);
  if (!known) return "";
  const { replacement, from, when, saves, guide } = known;
  const saved = bytes(Math.round(size * saves));
  const module = from === "" ? "" : ` <small>of <code>${escape(from)}</code></small>`;
  const words = when === "" ? `saves ${saved}` : `saves up to ${saved}, if ${when}`;
  return `<code>${escape(replacement)}</code>${module}<small>${escape(words)}</small>
<small><a href="${escape(guideUrl(guide))}">${escape(guide.replace(/^docs\/guide\//, "guide: "))}</a></small>`;
}

/** The guide is a part of the package: the link holds where the page was made. */
function guideUrl(guide: string): string {
  return new URL(`../../../../${guide}`, import.meta.url).href;
}
