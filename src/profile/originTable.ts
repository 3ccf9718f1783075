/** The origins that stacks name, each once. */
import type { FrameRecord, FunctionRecord, OriginRecord } from "./model.ts";
import type { Resolver } from "./resolve.ts";
import { originHead } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";

export class OriginTable {
  readonly records: OriginRecord[] = [];
  readonly #indices = new Map<string, number>();
  readonly #kinds: readonly string[];
  readonly #rows: readonly Float64Array[];
  readonly #resolver: Resolver;

  constructor({ kinds, origins }: Snapshot, resolver: Resolver) {
    this.#kinds = kinds;
    this.#rows = origins;
    this.#resolver = resolver;
  }

  /** Of the addon's number of an origin; -1 when there is none, or the stack itself has the program on it. */
  indexFor(stack: readonly FrameRecord[], origin: number): number {
    const row = this.#rows[origin - 1];
    if (!row || hasProgram(stack, this.#resolver.functions)) return -1;
    const { functions } = this.#resolver;
    const frames = withoutHook(this.#resolver.framesOf(row, originHead, 0, 0), functions);
    const operation = this.#kinds[row[0]!] ?? "";
    const key = JSON.stringify([operation, frames]);
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.records.push({ operation, frames }) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }
}

function hasProgram(stack: readonly FrameRecord[], functions: readonly FunctionRecord[]): boolean {
  return stack.some(([fn]) => functions[fn]!.kind === "user" && functions[fn]!.file !== "");
}

/** Without our own hook, and what of Node has called it. Further out, such frames are the program's. */
function withoutHook(
  frames: readonly FrameRecord[],
  functions: readonly FunctionRecord[],
): readonly FrameRecord[] {
  const isOfHook = ([fn]: FrameRecord): boolean => {
    const { kind, file } = functions[fn]!;
    if (kind === "zerocopy") return /[\\/]profile[\\/](origin|starters)\.[jt]s$/.test(file);
    return /^node:(internal\/)?async_hooks$/.test(file);
  };
  const begin = frames.findIndex((frame) => !isOfHook(frame));
  return begin < 0 ? [] : frames.slice(begin);
}
