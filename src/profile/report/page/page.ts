/**
 * A recording as one page that needs nothing else: headline, icicle, lines with what to write instead,
 * timeline. Everything in a recording is text that nobody has to trust.
 */
import type { Recording } from "../../model.ts";
import { sitesOf } from "../../sites.ts";
import { totalsOf } from "../../totals.ts";
import { renderDocument } from "./document.ts";
import { facts, headline, programName } from "./headline.ts";
import { icicleSection } from "./icicleSection.ts";
import { siteTable } from "./siteTable.ts";
import { timelineSection } from "./timeline.ts";
import { treeOf } from "./treeOf.ts";

export function renderPage(recording: Recording): string {
  const sites = sitesOf(recording);
  const totals = totalsOf(recording, sites);
  const tree = treeOf(recording);
  return renderDocument({
    title: `Copies of ${programName(recording)}`,
    header: headline(recording, totals),
    main: [
      icicleSection(tree),
      siteTable(recording, sites, totals.copies),
      timelineSection(recording),
      facts(recording, totals),
    ].join("\n"),
    tree,
  });
}
