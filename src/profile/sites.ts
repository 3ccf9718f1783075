/** Sites: which line of the program copies how much, by which API. A view of a recording. */
import type { FrameRecord, FunctionRecord, Kind, Recording, StackRecord } from "./model.ts";

export interface Site {
  /** Of the innermost function of a file. Empty when no such function was on the stack. */
  readonly file: string;
  /** 0 when it is not certain: then the function is all that is known. */
  readonly line: number;
  readonly functionName: string;
  /** What that line has called, as people write it: `Buffer.concat`, `fs.readFileSync`. */
  readonly api: string;
  readonly kind: Kind;
  readonly bytes: number;
  /** The standard error of `bytes`. */
  readonly error: number;
  readonly samples: number;
}

/** Largest first. They add up to the stacks of the recording. */
export function sitesOf(recording: Recording): Site[] {
  const sites = new Map<string, Site>();
  for (const stack of recording.stacks) {
    const site = siteOf(recording, stack);
    const key = [site.file, site.line, site.functionName, site.api, site.kind].join("\0");
    const known = sites.get(key);
    sites.set(key, known ? sum(known, site) : site);
  }
  return [...sites.values()].toSorted((a, b) => b.bytes - a.bytes);
}

function siteOf({ functions }: Recording, stack: StackRecord): Site {
  const { kind, bytes, error, samples, frames } = stack;
  const at = frames.findIndex(([fn]) => functions[fn]!.kind === "user");
  // What the program has called is the outermost of what is not the program. Where the program is not on
  // the stack, the outermost is the event loop: the innermost function of Node says more.
  const inner = at < 0 ? nodeFirst(frames, functions) : frames.slice(0, at).toReversed();
  const api = firstName(inner, functions) || stack.call;
  const [fn, line] = frames[at] ?? [-1, 0];
  const { file = "", name = "" } = functions[fn] ?? {};
  return { file, line, functionName: name, api, kind, bytes, error, samples };
}

/** Errors of samples are independent: their squares add up. */
function sum(a: Site, b: Site): Site {
  return {
    ...a,
    bytes: a.bytes + b.bytes,
    error: Math.hypot(a.error, b.error),
    samples: a.samples + b.samples,
  };
}

function nodeFirst(
  frames: readonly FrameRecord[],
  functions: readonly FunctionRecord[],
): readonly FrameRecord[] {
  const at = frames.findIndex(([fn]) => functions[fn]!.kind === "node");
  return at < 0 ? frames : frames.slice(at);
}

function firstName(frames: readonly FrameRecord[], functions: readonly FunctionRecord[]): string {
  for (const [fn] of frames) {
    const name = nameOf(functions[fn]!);
    if (name !== "") return name;
  }
  return "";
}

/** Methods of the class, in lib/buffer.js; all others there are of its objects. */
const statics = /^(alloc\w*|byteLength|compare|concat|copyBytesFrom|from|of)$/;

function nameOf({ kind, name, file }: FunctionRecord): string {
  if (name === "") return "";
  if (kind === "node") {
    if (file === "node:buffer") return `${statics.test(name) ? "Buffer" : "buf"}.${name}`;
    return `${file.replace(/^node:(internal\/)?/, "").replaceAll("/", ".")}.${name}`;
  }
  if (kind === "zerocopy") return `${entryPoint(file)} ${name}`;
  if (kind === "builtin") return builtinName(name);
  return kind === "native" ? name : "";
}

/** `zerocopy/net` of `…/src/net/relay.ts`, `zerocopy` of `…/src/core/bytes.ts`. */
function entryPoint(file: string): string {
  const [, folder = "core"] = /(?:src|dist)[/\\](\w+)[/\\][^/\\]+$/.exec(file) ?? [];
  return folder === "core" ? "zerocopy" : `zerocopy/${folder}`;
}

/** `TypedArray#slice` of `TypedArrayPrototypeSlice`. */
function builtinName(name: string): string {
  const [, type, method = ""] = /^(\w+?)Prototype(\w+)$/.exec(name) ?? [];
  if (type !== undefined) return `${type}#${method.charAt(0).toLowerCase()}${method.slice(1)}`;
  return name.replace(/Constructor$/, "");
}
