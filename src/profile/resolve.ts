/**
 * From what the addon has recorded, addresses and offsets, to functions and lines. It reads files.
 */
import { fileURLToPath } from "node:url";
import { parseCodeName } from "./codeName.ts";
import type { FrameRecord, FunctionRecord } from "./model.ts";
import type { Snapshot } from "./snapshot.ts";
import { Sources } from "./sources.ts";
import { Symbols } from "./symbols.ts";
import { operationName } from "./wrappers/index.ts";

/** Positions below this are of a function that was taken in: -2 - p. */
const foreign = -1;

/** Where this library lies. */
const library = fileURLToPath(new URL("..", import.meta.url));

/** Where what the program calls is replaced by something of ours. */
const wrappers = fileURLToPath(new URL("wrappers/", import.meta.url));

export function isOfLibrary(file: string): boolean {
  return file.startsWith(library);
}

function withLibrary(found: FunctionRecord): FunctionRecord {
  return isOfLibrary(found.file) ? { ...found, kind: "zerocopy" } : found;
}

/** A piece of code: its function as V8 has compiled it, and its index in the recording. */
interface Code {
  readonly compiled: FunctionRecord;
  readonly index: number;
}

export class Resolver {
  readonly functions: FunctionRecord[] = [];
  readonly sources = new Sources();
  readonly #indices = new Map<string, number>();
  readonly #codes = new Map<number, Code>();
  readonly #symbols: Symbols;

  constructor({ code, places, execPath }: Pick<Snapshot, "code" | "places" | "execPath">) {
    this.#symbols = new Symbols(places, execPath);
    for (let at = 0; at < code.length; at += 2) this.#addCode(Number(code[at]), code[at + 1]);
  }

  /** The frames of a row of {@link Snapshot.stacks}, whose head is `head` numbers long. */
  framesOf(row: Float64Array, head: number, caller: number, callback: number): FrameRecord[] {
    const frames = [...this.#nativeFrames(caller, callback)];
    for (let at = head; at < row.length; at += 2) {
      const [id, where] = [row[at]!, row[at + 1]!];
      const frame = id === 0 ? this.#outsideFrame(where) : this.#codeFrame(id, where);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  /** As {@link framesOf}, of what wrappers have charged for an operation. */
  modelledFramesOf(row: Float64Array, head: number, operation: number): FrameRecord[] {
    const name = operationName(operation);
    const called = this.#indexOf({ name, kind: "builtin", file: "", line: 0, column: 0 });
    return [[called, 0], ...this.framesOf(row, head, 0, 0)];
  }

  /** The name of native code, for telling threads apart. */
  nativeName(address: number): string {
    return address === 0 ? "" : this.#symbols.nameOf(address).name;
  }

  *#nativeFrames(caller: number, callback: number): Generator<FrameRecord> {
    const inner = this.#nativeFrame(caller);
    const outer = callback === 0 ? undefined : this.#nativeFrame(callback);
    if (inner) yield inner;
    if (outer && outer[0] !== inner?.[0]) yield outer;
  }

  #nativeFrame(address: number): FrameRecord | undefined {
    const { name, file } = this.#symbols.nameOf(address);
    // The engine's builtins are in the program's text too, and have frames of their own.
    if (file === "" || name.startsWith("Builtins_")) return undefined;
    return [this.#indexOf({ name, kind: "native", file, line: 0, column: 0 }), 0];
  }

  /** Native code, or a function that was taken in and is not known. */
  #outsideFrame(where: number): FrameRecord | undefined {
    if (where >= 0) return this.#nativeFrame(where);
    return [this.#indexOf({ name: "", kind: "inlined", file: "", line: 0, column: 0 }), 0];
  }

  #codeFrame(id: number, position: number): FrameRecord | undefined {
    const code = this.#codes.get(id);
    if (!code) return undefined;
    if (position <= foreign) return [code.index, 0];
    return [code.index, this.sources.placeAt(code.compiled.file, position).line];
  }

  #addCode(id: number, name: string | number | null | undefined): void {
    const compiled = withLibrary(parseCodeName(String(name)));
    if (compiled.file.startsWith(wrappers)) return; // what is wrapped stands in the stack by its name
    const { file, line, column } = this.sources.place(
      compiled.file,
      compiled.line,
      compiled.column,
    );
    this.#codes.set(id, { compiled, index: this.#indexOf({ ...compiled, file, line, column }) });
  }

  #indexOf(record: FunctionRecord): number {
    const key = `${record.kind} ${record.file}:${record.line}:${record.column} ${record.name}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.functions.push(record) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }
}
