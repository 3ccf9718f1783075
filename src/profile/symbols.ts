/**
 * Names of native code: what the dynamic linker knows, and where that is not enough, the symbol table
 * in the file of the binary (ELF, gABI chapter 4), which has what is not exported too.
 */
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { demangle } from "./demangle.ts";
import type { Location } from "./snapshot.ts";

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
  readonly #places: ReadonlyMap<number, Location>;
  readonly #execPath: string;
  readonly #names = new Map<number, NativeName>();

  constructor(places: ReadonlyMap<number, Location>, execPath: string) {
    this.#places = places;
    this.#execPath = execPath;
  }

  nameOf(address: number): NativeName {
    let found = this.#names.get(address);
    if (!found) this.#names.set(address, (found = this.#find(address)));
    return found;
  }

  #find(address: number): NativeName {
    const { file: linked = null, offset = 0, symbol = null } = this.#places.get(address) ?? {};
    if (linked === null) return { name: "", file: "" };
    // The linker knows the program by the name it was started with.
    const file = path.isAbsolute(linked) ? linked : this.#execPath;
    return { name: demangle(symbol ?? tableOf(file)?.at(offset) ?? ""), file };
  }
}

/**
 * The functions of one binary. Looked through from end to end for every name: it holds a hundred thousand,
 * of which a recording asks for dozens.
 */
class SymbolTable {
  readonly #starts: Float64Array;
  readonly #sizes: Float64Array;
  /** Offsets in the table of names. */
  readonly #offsets: Uint32Array;
  readonly #names: Buffer;

  constructor(symbols: Buffer, names: Buffer) {
    const words = new Uint32Array(symbols.buffer, symbols.byteOffset, symbols.length >> 2);
    const count = Math.floor(symbols.length / symbolBytes);
    this.#starts = new Float64Array(count);
    this.#sizes = new Float64Array(count);
    this.#offsets = new Uint32Array(count);
    this.#names = names;
    for (let index = 0, at = 0; index < count; index += 1, at += symbolBytes / 4) {
      if ((words[at + 1]! & 0xf) !== functionType) continue;
      this.#offsets[index] = words[at]!;
      this.#starts[index] = words[at + 2]! + words[at + 3]! * 2 ** 32;
      this.#sizes[index] = words[at + 4]! + words[at + 5]! * 2 ** 32;
    }
  }

  at(address: number): string | undefined {
    const index = this.#starts.findIndex(
      (start, each) => start <= address && address < start + this.#sizes[each]!,
    );
    if (index < 0) return undefined;
    const name = this.#offsets[index]!;
    return this.#names.toString("latin1", name, this.#names.indexOf(0, name));
  }
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
      return new SymbolTable(symbols, names);
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
  const memory = Buffer.from(new ArrayBuffer(length)); // words of it are read
  for (let got = 0; got < length;) {
    const bytes = readSync(fd, memory, got, length - got, offset + got);
    if (bytes === 0) throw new RangeError("the file is shorter than its header says");
    got += bytes;
  }
  return memory;
}
