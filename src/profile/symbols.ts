/**
 * Names of native code: what the dynamic linker knows, and where that is not enough, the symbol table
 * in the file of the binary (ELF, gABI chapter 4), which has what is not exported too.
 */
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import type { ProfileAddon } from "../native/profileAddon.ts";
import { demangle } from "./demangle.ts";

export interface NativeName {
  /** Demangled, without parameters; empty when nobody knows. */
  readonly name: string;
  /** Its binary, or empty when the address belongs to none. */
  readonly file: string;
}

/** Of each binary, or undefined for one that has none. Large, and read once. */
const tables = new Map<string, SymbolTable | undefined>();

function tableOf(file: string): SymbolTable | undefined {
  if (!tables.has(file)) tables.set(file, readTable(file));
  return tables.get(file);
}

/** Keeps the names it has found. */
export class Symbols {
  readonly #addon: ProfileAddon;
  readonly #names = new Map<number, NativeName>();

  constructor(addon: ProfileAddon) {
    this.#addon = addon;
  }

  nameOf(address: number): NativeName {
    let found = this.#names.get(address);
    if (!found) this.#names.set(address, (found = this.#find(address)));
    return found;
  }

  #find(address: number): NativeName {
    const [linked, offset, symbol] = this.#addon.locate(Float64Array.of(address)) as [
      string | null,
      number,
      string | null,
    ];
    if (linked === null) return { name: "", file: "" };
    // The linker knows the program by the name it was started with.
    const file = path.isAbsolute(linked) ? linked : process.execPath;
    return { name: demangle(symbol ?? tableOf(file)?.at(offset) ?? ""), file };
  }
}

/** The functions of one binary, by address. */
class SymbolTable {
  readonly #starts: Float64Array;
  readonly #entries: readonly Entry[];
  readonly #names: Buffer;

  constructor(entries: readonly Entry[], names: Buffer) {
    this.#entries = entries.toSorted((a, b) => a.start - b.start);
    this.#starts = Float64Array.from(this.#entries, ({ start }) => start);
    this.#names = names;
  }

  at(address: number): string | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const entry = this.#entries[low - 1];
    if (!entry || address >= entry.start + entry.size) return undefined;
    return this.#names.toString("latin1", entry.name, this.#names.indexOf(0, entry.name));
  }
}

interface Entry {
  readonly start: number;
  readonly size: number;
  /** Offset in the table of names. */
  readonly name: number;
}

const sectionBytes = 64;
const symbolBytes = 24;
const symbolTableType = 2; // SHT_SYMTAB
const functionType = 2; // STT_FUNC

function readTable(file: string): SymbolTable | undefined {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const header = readAt(fd, 0, 64);
    if (header.toString("latin1", 0, 5) !== "\u{7F}ELF\u{2}") return undefined;
    const count = header.readUInt16LE(0x3c);
    const sections = readAt(fd, Number(header.readBigUInt64LE(0x28)), count * sectionBytes);
    for (let at = 0; at < sections.length; at += sectionBytes) {
      if (sections.readUInt32LE(at + 4) !== symbolTableType) continue;
      const symbols = readSection(fd, sections, at);
      const names = readSection(fd, sections, sections.readUInt32LE(at + 40) * sectionBytes);
      return new SymbolTable(functionsOf(symbols), names);
    }
    return undefined;
  } catch {
    // A binary that was replaced meanwhile, or stripped in a way of its own: names stay unknown.
    return undefined;
  } finally {
    closeSync(fd);
  }
}

function readSection(fd: number, sections: Buffer, at: number): Buffer {
  const offset = Number(sections.readBigUInt64LE(at + 24));
  return readAt(fd, offset, Number(sections.readBigUInt64LE(at + 32)));
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const memory = Buffer.alloc(length);
  for (let got = 0; got < length;) {
    const bytes = readSync(fd, memory, got, length - got, offset + got);
    if (bytes === 0) throw new RangeError("the file is shorter than its header says");
    got += bytes;
  }
  return memory;
}

function functionsOf(symbols: Buffer): Entry[] {
  const found: Entry[] = [];
  for (let at = 0; at + symbolBytes <= symbols.length; at += symbolBytes) {
    if ((symbols[at + 4]! & 0xf) !== functionType) continue;
    const start = Number(symbols.readBigUInt64LE(at + 8));
    const size = Number(symbols.readBigUInt64LE(at + 16));
    if (size > 0) found.push({ start, size, name: symbols.readUInt32LE(at) });
  }
  return found;
}
