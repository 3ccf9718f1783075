/**
 * The stacks of a recording as the page holds them: a tree of frames, outermost first, in columns of
 * numbers. Plain data, no Node and no browser: the server writes it, the browser reads it.
 */
import type { FunctionRecord, Kind } from "../../model.ts";

/** What a copy is. `modelled`: computed by the JavaScript tier, because libc has no part in it. */
export const copyKinds = ["copy", "modelled", "in", "out", "moved"] as const;
export type CopyKind = (typeof copyKinds)[number];

/** What is moved inside the kernel crosses nothing, and no processor copies it. */
export const isCopy = (kind: CopyKind): boolean => kind !== "moved";

export function copyKindOf({ kind, isModelled }: { kind: Kind; isModelled: boolean }): CopyKind {
  return kind === "copy" && isModelled ? "modelled" : kind;
}

/**
 * Beside functions: `later` stands between the line that started an operation and what was copied for
 * it afterwards, `nowhere` above what no line of the program is known for, and each copy ends in a
 * frame of its own kind.
 */
export const frameKinds = [
  "user",
  "zerocopy",
  "node",
  "builtin",
  "native",
  "inlined",
  "later",
  "nowhere",
  ...copyKinds,
] as const satisfies readonly (FunctionRecord["kind"] | CopyKind | "later" | "nowhere")[];
export type FrameKind = (typeof frameKinds)[number];

/** Every column of a group is as long as the others. */
export interface CopyTree {
  readonly texts: readonly string[];
  /** `name` and `file` are indices of `texts`, `kind` of `frameKinds`. The first is `nowhere`. */
  readonly frames: {
    readonly name: readonly number[];
    readonly file: readonly number[];
    readonly line: readonly number[];
    readonly kind: readonly number[];
  };
  /** The first is the root, its own parent; a parent comes before its children. */
  readonly nodes: { readonly parent: readonly number[]; readonly frame: readonly number[] };
  /** What was copied at `node`. `api` and `call` are the frames it may end in, without and with internals. */
  readonly leaves: {
    readonly node: readonly number[];
    readonly api: readonly number[];
    readonly call: readonly number[];
    readonly thread: readonly number[];
    readonly bytes: readonly number[];
    /** The bytes of an earlier recording; empty when there is none. */
    readonly before: readonly number[];
    readonly error: readonly number[];
    readonly samples: readonly number[];
  };
  /** Their names. */
  readonly threads: readonly string[];
  /** Stacks that are shown without their innermost frames, as there was no room. */
  readonly cut: { readonly stacks: number; readonly bytes: number };
}
