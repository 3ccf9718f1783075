/**
 * A copy tree as somebody wants to see it: some kinds, one thread or all, with or without what Node
 * does inside, callers or callees first. Its numbers add up: what a node has is what its children have.
 * Runs in the browser, and on the server for the tree that is written as a list.
 */
import { copyKinds, frameKinds } from "./copyTree.ts";
import type { CopyKind, CopyTree } from "./copyTree.ts";

export interface ViewOptions {
  readonly kinds: ReadonlySet<CopyKind>;
  /** Index of `threads`; -1 for all of them. */
  readonly thread: number;
  readonly hidesInternals: boolean;
  /** Callees first. */
  readonly isInverted: boolean;
}

/** Columns by node; node 0 is the root, and a parent comes before its children. */
export interface View {
  readonly tree: CopyTree;
  readonly parent: readonly number[];
  readonly frame: readonly number[];
  readonly bytes: readonly number[];
  /** Of the earlier recording, in a difference. */
  readonly before: readonly number[];
  /** The standard error of `bytes`, squared. */
  readonly variance: readonly number[];
  readonly samples: readonly number[];
  /** Bytes by kind, in the order of `copyKinds`. */
  readonly byKind: readonly (readonly number[])[];
  /** By `width`, widest first; what has none is left out. Sorted when it is first asked for. */
  childrenOf(node: number): readonly number[];
  /** The bytes that a node is drawn by. */
  readonly width: readonly number[];
}

const shownWithoutInternals = new Set([frameKinds.indexOf("user"), frameKinds.indexOf("later")]);
const user = frameKinds.indexOf("user");
const firstCopyKind = frameKinds.indexOf("copy");
const nowhereFrame = 0;

/** `side`: which recording of a difference gives the widths. */
export function viewOf(
  tree: CopyTree,
  options: ViewOptions,
  side: "bytes" | "before" = "bytes",
): View {
  const grown = new Grown(tree.frames.name.length);
  const { leaves } = tree;
  const kindOfLeaf = (leaf: number): number =>
    tree.frames.kind[leaves.call[leaf]!]! - firstCopyKind;
  const place = options.isInverted ? invertedPlaces(tree, options) : places(tree, options, grown);
  for (const leaf of leaves.node.keys()) {
    if (options.thread >= 0 && leaves.thread[leaf] !== options.thread) continue;
    const kind = kindOfLeaf(leaf);
    if (!options.kinds.has(copyKinds[kind]!)) continue;
    const node = place(leaf, grown);
    grown.bytes[node]! += leaves.bytes[leaf]!;
    grown.before[node]! += leaves.before[leaf] ?? 0;
    grown.variance[node]! += leaves.error[leaf]! ** 2;
    grown.samples[node]! += leaves.samples[leaf]!;
    grown.byKind[kind]![node]! += leaves[side][leaf] ?? 0;
  }
  const { parent, frame, bytes, before, variance, samples, byKind } = grown;
  for (const column of [bytes, before, variance, samples, ...byKind]) addUp(column, parent);
  const width = grown[side];
  const childrenOf = lazyChildren(parent, frame, width);
  return { tree, parent, frame, bytes, before, variance, samples, byKind, width, childrenOf };
}

type Place = (leaf: number, grown: Grown) => number;

/** Callers first: the tree as it is, without the frames that are not wanted. */
function places(tree: CopyTree, { hidesInternals }: ViewOptions, grown: Grown): Place {
  const { nodes, frames, leaves } = tree;
  const seen: number[] = [0];
  const hasUser: boolean[] = [false];
  for (let node = 1; node < nodes.parent.length; node++) {
    const above = nodes.parent[node]!;
    const frame = nodes.frame[node]!;
    const kind = frames.kind[frame]!;
    hasUser.push(hasUser[above]! || kind === user);
    const isShown = !hidesInternals || shownWithoutInternals.has(kind);
    seen.push(isShown ? grown.child(seen[above]!, frame) : seen[above]!);
  }
  return (leaf) => {
    const node = leaves.node[leaf]!;
    if (!hidesInternals) return grown.child(seen[node]!, leaves.call[leaf]!);
    const above = hasUser[node]! ? seen[node]! : grown.child(0, nowhereFrame);
    return grown.child(above, leaves.api[leaf]!);
  };
}

/** Callees first: what copied, then who called it, and who called that. */
function invertedPlaces(tree: CopyTree, { hidesInternals }: ViewOptions): Place {
  const { nodes, frames, leaves } = tree;
  return (leaf, grown) => {
    let at = grown.child(0, hidesInternals ? leaves.api[leaf]! : leaves.call[leaf]!);
    let hasUser = !hidesInternals;
    for (let node = leaves.node[leaf]!; node > 0; node = nodes.parent[node]!) {
      const frame = nodes.frame[node]!;
      const kind = frames.kind[frame]!;
      if (hidesInternals && !shownWithoutInternals.has(kind)) continue;
      hasUser ||= kind === user;
      at = grown.child(at, frame);
    }
    return hasUser ? at : grown.child(at, nowhereFrame);
  };
}

/** The columns of a view while it grows. */
class Grown {
  readonly parent: number[] = [0];
  readonly frame: number[] = [nowhereFrame];
  readonly bytes: number[] = [0];
  readonly before: number[] = [0];
  readonly variance: number[] = [0];
  readonly samples: number[] = [0];
  readonly byKind: number[][] = copyKinds.map(() => [0]);
  readonly #children = new Map<number, number>();
  readonly #frameCount: number;

  constructor(frameCount: number) {
    this.#frameCount = frameCount;
  }

  /** The child of a node for a frame, made when there is none. */
  child(node: number, frame: number): number {
    const key = node * this.#frameCount + frame;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const made = this.parent.length;
    this.#children.set(key, made);
    this.parent.push(node);
    this.frame.push(frame);
    const { bytes, before, variance, samples, byKind } = this;
    for (const column of [bytes, before, variance, samples, ...byKind]) column.push(0);
    return made;
  }
}

/** Children come after their parents: from the end, every sum is complete when it is handed on. */
function addUp(column: number[], parent: readonly number[]): void {
  for (let node = column.length - 1; node > 0; node--) column[parent[node]!]! += column[node]!;
}

function lazyChildren(
  parent: readonly number[],
  frame: readonly number[],
  width: readonly number[],
): View["childrenOf"] {
  const children = new Map<number, number[]>();
  for (let node = 1; node < parent.length; node++) {
    if (width[node] === 0) continue;
    const siblings = children.get(parent[node]!);
    if (siblings) siblings.push(node);
    else children.set(parent[node]!, [node]);
  }
  // What has no line comes last: the program is what one looks for.
  const isNowhere = (node: number): number => Number(frame[node] === nowhereFrame);
  const sorted = new Set<number>();
  return (node) => {
    const own = children.get(node) ?? [];
    if (!sorted.has(node)) {
      own.sort((a, b) => isNowhere(a) - isNowhere(b) || width[b]! - width[a]!);
      sorted.add(node);
    }
    return own;
  };
}

/** Which frames have a text that holds `words`, in any case. Without words: none. */
export function matchesOf(tree: CopyTree, words: string): boolean[] {
  const wanted = words.trim().toLowerCase();
  const texts = tree.texts.map((text) => text.toLowerCase());
  return tree.frames.name.map((name, frame) => {
    if (wanted === "") return false;
    const place = `${texts[tree.frames.file[frame]!]}:${tree.frames.line[frame]}`;
    return texts[name]!.includes(wanted) || place.includes(wanted);
  });
}

/** The bytes that go through a frame that matches, each counted once. */
export function matchingBytes(view: View, matches: readonly boolean[]): number {
  const isCovered: boolean[] = [false];
  let sum = 0;
  for (let node = 1; node < view.parent.length; node++) {
    const isInside = isCovered[view.parent[node]!]!;
    const isMatch = matches[view.frame[node]!]!;
    if (isMatch && !isInside) sum += view.width[node]!;
    isCovered.push(isInside || isMatch);
  }
  return sum;
}
