/** What a frame of a view is called, and what is told of it: in the tooltip, to a screen reader, in the list. */
import { bytes, count } from "../../../compare/report/format.ts";
import { copyKinds, frameKinds } from "./copyTree.ts";
import type { CopyKind, CopyTree, FrameKind } from "./copyTree.ts";
import type { View } from "./view.ts";

export const kindWords: Readonly<Record<CopyKind, string>> = {
  copy: "copied in user space",
  modelled: "copied by loops, modelled",
  in: "in from the kernel",
  out: "out to the kernel",
  moved: "moved inside the kernel",
};

export const anonymous = "(anonymous)";

const frameWords: Readonly<Record<FrameKind, string>> = {
  ...kindWords,
  user: "",
  zerocopy: "zerocopy",
  node: "Node's own",
  builtin: "of the engine",
  native: "native",
  inlined: "taken into its caller",
  later: "what it had started copied then",
  nowhere: "",
};

export function frameKindOf({ frames }: CopyTree, frame: number): FrameKind {
  return frameKinds[frames.kind[frame]!]!;
}

export function nameOf({ frames, texts }: CopyTree, frame: number): string {
  return texts[frames.name[frame]!]!;
}

/** `src/frame.ts:12`, the file alone where the line is not certain, or nothing. */
export function placeOf({ frames, texts }: CopyTree, frame: number): string {
  const file = texts[frames.file[frame]!]!;
  const line = frames.line[frame]!;
  return file === "" || line === 0 ? file : `${file}:${line}`;
}

/** Short, for a box: the function, if it has a name, and the end of its path. */
export function labelOf(tree: CopyTree, frame: number): string {
  const place = placeOf(tree, frame);
  const name = nameOf(tree, frame);
  if (place === "") return name;
  const file = place.slice(place.lastIndexOf("/") + 1);
  return name === anonymous ? file : `${name}  ${file}`;
}

/** All that is known of a node, a line each; the first is its name. */
export function describe(view: View, node: number): string[] {
  const { tree } = view;
  const frame = view.frame[node]!;
  const words = [placeOf(tree, frame), frameWords[frameKindOf(tree, frame)]];
  const where = words.filter((word) => word !== "").join(", ");
  const name = node === 0 ? "everything shown" : nameOf(tree, frame);
  const lines = [
    name,
    where,
    sizeOf(view, node),
    node === 0 ? "" : changeOf(view, node),
    kindsOf(view, node),
  ];
  return lines.filter((line) => line !== "");
}

/** `12.3 MB (4.5 %) ± 600 kB, 123 samples`. Of everything there is no error: sums are counted. */
export function sizeOf(view: View, node: number): string {
  const width = view.width[node]!;
  const samples = view.samples[node]!;
  const error = node === 0 ? 0 : Math.sqrt(view.variance[node]!);
  const spread = error > 0 ? ` ${spreadOf(error)}` : "";
  const part = percent(width / view.width[0]!);
  return `${bytes(Math.round(width))} (${part})${spread}, ${samplesOf(samples)}`;
}

/** Two standard errors: 95 of 100 recordings are closer to the truth. */
export function spreadOf(error: number): string {
  return `± ${bytes(Math.round(2 * error))}`;
}

export function samplesOf(samples: number): string {
  return `${count(samples)} ${samples === 1 ? "sample" : "samples"}`;
}

function changeOf(view: View, node: number): string {
  if (view.tree.leaves.before.length === 0) return "";
  const [before, after] = [view.before[node]!, view.bytes[node]!];
  return `before ${bytes(before)}, after ${bytes(after)}: ${signedBytes(after - before)}`;
}

/** Only where there is more than one: else the colour and the name say it. */
function kindsOf(view: View, node: number): string {
  const present = copyKinds.filter((_, kind) => view.byKind[kind]![node]! > 0);
  if (present.length < 2) return present.map((kind) => kindWords[kind]).join("");
  return present
    .map((kind) => `${bytes(view.byKind[copyKinds.indexOf(kind)]![node]!)} ${kindWords[kind]}`)
    .join(", ");
}

export function signedBytes(change: number): string {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return `${sign}${bytes(Math.abs(Math.round(change)))}`;
}

/** `4.5 %`; of nothing, nothing. */
export function percent(part: number): string {
  const value = Number.isFinite(part) ? part * 100 : 0;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value.toFixed(value >= 99.95 ? 0 : 1)} %`;
}
