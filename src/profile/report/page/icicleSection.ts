/** The icicle with its controls, and the same tree as a list, for who cannot see a canvas. */
import { bytes } from "../../../compare/report/format.ts";
import { escape } from "../../../compare/report/page/html.ts";
import { copyKinds, isCopy } from "./copyTree.ts";
import type { CopyKind, CopyTree } from "./copyTree.ts";
import { viewOf } from "./view.ts";
import type { View } from "./view.ts";
import { frameKindOf, kindWords, nameOf, placeOf, signedBytes, sizeOf } from "./words.ts";

export function icicleSection(tree: CopyTree): string {
  const isDifference = tree.leaves.before.length > 0;
  const view = viewOf(tree, asFirstShown);
  return `<h2 id="icicle-title">Where the copies come from</h2>
<p>${isDifference ? differenceWords : words}</p>
${controls(tree, isDifference)}
<div class="canvas"><canvas id="icicle" tabindex="0" role="application" aria-roledescription="tree of callers" aria-labelledby="icicle-title" aria-describedby="keys"></canvas></div>
<p id="told" class="told" role="status"></p>
<div id="tip" class="tip" aria-hidden="true" hidden></div>
<p id="keys" class="soft">Click a frame, or press Enter on it, to widen it; Escape shows all again. Arrow keys go
through the tree.${cutWords(tree)}</p>
<noscript><p>The drawing needs JavaScript. The tree is below as a list.</p></noscript>
<details class="list"><summary>The same tree as a list</summary>
${list(view)}
</details>`;
}

const words = `Callers on top, what they called below, as wide as the bytes copied on their account. The line at
the foot of each frame shows which kinds of copies these are.`;

const differenceWords = `Callers on top, what they called below. The colour of a frame says whether the bytes that go
through it have become <i class="dot less-box"></i>fewer, <i class="dot more-box"></i>more, or neither.`;

const asFirstShown = {
  kinds: new Set(copyKinds.filter(isCopy)),
  thread: -1,
  hidesInternals: true,
  isInverted: false,
};

function controls(tree: CopyTree, isDifference: boolean): string {
  const all = viewOf(tree, { ...asFirstShown, kinds: new Set(copyKinds) });
  const present = new Set(tree.leaves.call.map((frame) => frameKindOf(tree, frame)));
  const kinds = copyKinds.flatMap((kind, index) => {
    if (!present.has(kind)) return [];
    return [kindBox(kind, isDifference ? "" : bytes(all.byKind[index]![0]!))];
  });
  return `<form id="controls" hidden>
<div class="search"><label for="search">Search</label>
<input type="search" id="search" name="search" placeholder="function, file:line, API" autocomplete="off" spellcheck="false">
<output id="found" for="search"></output></div>
<fieldset class="kinds"><legend>Copies</legend>${kinds.join("\n")}</fieldset>
<fieldset><legend>Tree</legend>
<label><input type="checkbox" name="internals"> Node's own frames</label>
<label><input type="checkbox" name="inverted"> Callees first</label>
${isDifference ? sides : ""}${threads(tree)}
<button type="button" id="back" disabled>Show all</button></fieldset>
</form>`;
}

function kindBox(kind: CopyKind, size: string): string {
  const checked = isCopy(kind) ? " checked" : "";
  return `<label><input type="checkbox" name="kind" value="${kind}"${checked}> <i class="dot ${kind}"></i>${kindWords[kind]} <b>${size}</b></label>`;
}

const sides = `<label><input type="radio" name="side" value="bytes" checked> as wide as after</label>
<label><input type="radio" name="side" value="before"> as before</label>`;

function threads({ threads: names }: CopyTree): string {
  const options = names.flatMap((name, index) =>
    name === "" ? [] : [`<option value="${index}">${escape(name)}</option>`],
  );
  if (options.length < 2) return "";
  return `<label>Thread <select name="thread"><option value="-1">all</option>${options.join("")}</select></label>`;
}

function cutWords({ cut }: CopyTree): string {
  if (cut.stacks === 0) return "";
  return ` ${cut.stacks.toLocaleString("en-US")} stacks (${bytes(cut.bytes)}) are shown without their innermost
frames: the tree has room for so many.`;
}

/** Deep and small parts of the tree are for the canvas. */
const listed = { part: 0.005, entries: 300 };

function list(view: View): string {
  const smallest = view.width[0]! * listed.part;
  let room = listed.entries;
  const entries = (node: number): string => {
    const own = view.childrenOf(node).filter((child) => view.width[child]! >= smallest);
    const written = own.slice(0, Math.max(0, room));
    room -= written.length;
    if (written.length === 0) return "";
    return `<ul>${written.map((child) => `<li>${entry(view, child)}${entries(child)}</li>`).join("\n")}</ul>`;
  };
  return entries(0) || "<p>Nothing was copied.</p>";
}

function entry(view: View, node: number): string {
  const frame = view.frame[node]!;
  const name = `<bdi>${escape(nameOf(view.tree, frame))}</bdi>`;
  const place = placeOf(view.tree, frame);
  const isDifference = view.tree.leaves.before.length > 0;
  const change = isDifference ? `, ${signedBytes(view.bytes[node]! - view.before[node]!)}` : "";
  return `${name} ${place === "" ? "" : `<code><bdi>${escape(place)}</bdi></code> `}<span>${sizeOf(view, node)}${change}</span>`;
}
