/** Two recordings as one page: what has become of each sum, line and stack. */
import { bytes, significant } from "../../../compare/report/format.ts";
import { escape } from "../../../compare/report/page/html.ts";
import type { Difference } from "../../diff.ts";
import type { Recording } from "../../model.ts";
import type { Totals } from "../../totals.ts";
import { tierWords } from "../differenceTable.ts";
import { renderDocument } from "./document.ts";
import { programName, runtimeWords, tiles } from "./headline.ts";
import { icicleSection } from "./icicleSection.ts";
import { differenceTable } from "./siteTable.ts";
import { treeOf } from "./treeOf.ts";

export function renderDifferencePage(
  difference: Difference,
  before: Recording,
  after: Recording,
): string {
  const tree = treeOf(after, before);
  return renderDocument({
    title: `What has changed in the copies of ${programName(after)}`,
    header: header(difference, before, after),
    main: [icicleSection(tree), differenceTable(difference, before, after)].join("\n"),
    tree,
  });
}

function header(difference: Difference, before: Recording, after: Recording): string {
  const [from, to] = [before, after].map(programName) as [string, string];
  return `<h1>${escape(from === to ? to : `${from} → ${to}`)}</h1>
<p class="headline">${tierWords(difference)}${change(difference)}</p>
<p class="soft">Before: ${escape(runtimeWords(before))}<br>After: ${escape(runtimeWords(after))}</p>
<ul class="tiles" aria-label="What was copied">
${sums(difference).join("\n")}
</ul>`;
}

function change({ before, after }: Difference): string {
  const perByte = ({ copiesPerByte }: Totals): string =>
    copiesPerByte === undefined ? "–" : significant(copiesPerByte);
  if (before.copiesPerByte === undefined && after.copiesPerByte === undefined) {
    return `<strong>${bytes(before.copies)} → ${bytes(after.copies)}</strong> copied`;
  }
  return `<strong>${perByte(before)} → ${perByte(after)}</strong> copies per byte of payload`;
}

/** A tile for each sum that either has. */
function sums({ before, after }: Difference): string[] {
  const earlier = tiles(before);
  return tiles(after).flatMap(({ name, kind, value }, index) => {
    const { value: old } = earlier[index]!;
    if (value === 0 && old === 0) return [];
    return `<li><div class="name"><i class="dot ${kind}"></i>${name}</div><div class="value">${bytes(value)}</div>
<div class="before">instead of ${bytes(old)}</div></li>`;
  });
}
