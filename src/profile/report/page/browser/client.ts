/**
 * What runs in the reader's browser: the icicle, and the controls of icicle and table. Inlined into the
 * page; without it the headline, the table, the timeline and the tree as a list are there.
 */
import { bytes } from "../../../../compare/report/format.ts";
import type { CopyKind, CopyTree } from "../copyTree.ts";
import { matchesOf, matchingBytes, viewOf } from "../view.ts";
import type { View } from "../view.ts";
import { percent } from "../words.ts";
import { Icicle } from "./icicle.ts";
import { SiteTable } from "./sites.ts";
import { offerTheme } from "./theme.ts";

const find = (id: string): HTMLElement => document.getElementById(id)!;

const tree = JSON.parse(find("tree").textContent) as CopyTree;
const controls = find("controls") as HTMLFormElement;
const canvas = find("icicle") as HTMLCanvasElement;
const search = find("search") as HTMLInputElement;
const back = find("back") as HTMLButtonElement;

const icicle = new Icicle(
  { canvas, tip: find("tip"), told: find("told") },
  (isZoomed) => (back.disabled = !isZoomed),
);
const sites = new SiteTable(find("sites") as HTMLTableElement, find("site-count"));
let view: View;

function showView(): void {
  const chosen = new FormData(controls);
  view = viewOf(
    tree,
    {
      kinds: kindsOf(chosen),
      thread: Number(chosen.get("thread") ?? -1),
      hidesInternals: !chosen.has("internals"),
      isInverted: chosen.has("inverted"),
    },
    chosen.get("side") === "before" ? "before" : "bytes",
  );
  icicle.show(view);
  showMatches();
}

function kindsOf(chosen: FormData): Set<CopyKind> {
  return new Set(chosen.getAll("kind") as CopyKind[]);
}

function showMatches(): void {
  const { value: words } = search;
  const isSearching = words.trim() !== "";
  const matches = matchesOf(tree, words);
  const sum = matchingBytes(view, matches);
  find("found").textContent = isSearching
    ? `${bytes(sum)}, ${percent(sum / view.width[0]!)} of what is shown`
    : "";
  icicle.highlight(matches, isSearching);
  sites.filter({ words, kinds: kindsOf(new FormData(controls)) });
}

controls.hidden = false;
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("change", showView);
search.addEventListener("input", showMatches);
back.addEventListener("click", () => icicle.zoom(0));
offerTheme(find("theme") as HTMLButtonElement, () => icicle.draw());
new ResizeObserver(() => icicle.draw()).observe(canvas.parentElement!);
showView();
