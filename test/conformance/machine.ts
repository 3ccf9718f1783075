/**
 * Runs the vectors: programs for a machine with registers, and grids, which are one short program with holes
 * run for every combination of some values. test/conformance/README.md describes the files.
 *
 * A result must be deeply equal, an error of exactly the class recorded; messages are not compared, ours say
 * more. Nothing of Node here: this runs in any engine.
 */
import { ByteArray, Bytes, bytearray, bytes } from "zerocopy";
import { takesBuffers } from "./byteOperations.ts";
import { kindProblem } from "./kinds.ts";
import { makers, operationsOf } from "./operations.ts";
import type { Settings } from "./operations.ts";
import { Subject } from "./subject.ts";
import { bytesOf, decode, matches, missing, show } from "./values.ts";
import type { ByteClass, Encoded, Operation, Surroundings } from "./values.ts";

/** Stored in a register, a value, an error (of text: `at` a place), or 0: not executed. */
export type Outcome =
  | { to: number }
  | { v: Encoded }
  | { e: string; at?: readonly [start: number, end: number] }
  | 0;

export interface Header {
  readonly python: string;
  readonly seed: number;
  readonly records: number;
  readonly steps: number;
  readonly results: number;
  /** Of bytes and bytearrays: what they answer does not depend on memory. */
  readonly of?: "bytes";
}

export interface Program {
  readonly id: string;
  readonly steps: readonly (readonly [name: string, args: readonly Encoded[], outcome: Outcome])[];
}

interface Grid {
  readonly id: string;
  readonly steps: readonly (readonly [name: string, args: readonly Encoded[], to: number | null])[];
  readonly over: readonly (readonly Encoded[])[];
  readonly want: readonly Column[];
  /** Every row is run twice: the step `subject` makes Bytes, then a ByteArray. */
  readonly kinds?: true;
}

type Column =
  | readonly Outcome[]
  | { readonly all: Outcome }
  | { readonly of: readonly Outcome[]; readonly at: readonly number[] };

export type Vector = Program | Grid;

export interface Report {
  steps: number;
  /** CPython's refusals, which are no refusals here unless strict. */
  extensions: number;
  readonly failures: string[];
}

/** Where an integer may be a bigint: in these, and in all that is asked of bytes and bytearrays. */
const takesItems: ReadonlySet<string> = new Set([
  "mv.set",
  "mv.count",
  "mv.index",
  "st.pack",
  "st.packinto",
]);

interface Step {
  readonly name: string;
  readonly args: readonly Encoded[];
  readonly outcome: Exclude<Outcome, 0>;
}

/** The header and the vectors of one file, decompressed. */
export function parse(text: string): { header: Header; vectors: Vector[] } {
  const [head, ...lines] = text.trimEnd().split("\n");
  return {
    header: JSON.parse(head ?? "") as Header,
    vectors: lines.map((line) => JSON.parse(line) as Vector),
  };
}

/** Runs programs, and rows of grids: all of them, or one in `every`. */
export function run(vectors: Iterable<Vector>, settings: Settings, every = 1): Report {
  const report: Report = { steps: 0, extensions: 0, failures: [] };
  const operations = operationsOf(settings);
  let index = 0;
  for (const vector of vectors) {
    for (const one of runsOf(vector)) {
      if (index++ % every !== 0) continue;
      const machine = new Machine(operations, settings, report, one);
      for (const [at, [name, args]] of vector.steps.entries()) {
        const outcome = outcomeOf(vector, at, one.at);
        if (outcome !== 0) machine.step({ name, args, outcome }, vector.id);
      }
    }
  }
  return report;
}

interface Run {
  /** The values of a grid's axes, and which of their combinations it is. */
  readonly row: readonly Encoded[];
  readonly at: number;
  /** The class of the subject. */
  readonly own?: ByteClass;
}

function* runsOf(vector: Vector): Generator<Run> {
  if (!("over" in vector)) {
    yield { row: [], at: 0 };
    return;
  }
  let at = 0;
  for (const row of rowsOf(vector.over)) {
    if (vector.kinds) {
      yield { row, at, own: Bytes };
      yield { row, at, own: ByteArray };
    } else {
      yield { row, at };
    }
    at++;
  }
}

function outcomeOf(vector: Vector, step: number, row: number): Outcome {
  const outcome =
    "over" in vector ? outcomeAt(vector.want[step] ?? [], row) : vector.steps[step]?.[2];
  if (outcome === undefined) throw new Error(`${vector.id}: the vectors lack row ${row}`);
  return outcome;
}

function outcomeAt(column: Column, row: number): Outcome | undefined {
  if ("all" in column) return column.all;
  return "of" in column ? column.of[column.at[row] ?? -1] : column[row];
}

/** Every combination, the last axis moving fastest. */
function* rowsOf(over: readonly (readonly Encoded[])[]): Generator<Encoded[]> {
  const [first, ...rest] = over;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of first) for (const row of rowsOf(rest)) yield [value, ...row];
}

class Machine {
  readonly #operations: Record<string, Operation>;
  readonly #settings: Settings;
  readonly #report: Report;
  readonly #registers = new Map<number, unknown>();
  readonly #row: readonly Encoded[];
  readonly #own: ByteClass | undefined;
  #subject: Subject | undefined;

  constructor(
    operations: Record<string, Operation>,
    settings: Settings,
    report: Report,
    { row, own }: Run,
  ) {
    this.#operations = operations;
    this.#settings = settings;
    this.#report = report;
    this.#row = row;
    this.#own = own;
  }

  step(step: Step, id: string): void {
    const { name, outcome } = step;
    const operation = name === "subject" ? this.#makeSubject : this.#operations[name];
    if (operation === undefined) throw new Error(`${id}: unknown operation ${name}`);
    const around = this.#around(name === "kept" ? (step.args[0] as string) : name);
    const args = step.args.map((arg) => decode(arg, around));
    if (args.includes(missing)) return; // reported where the register should have been filled
    if (!this.#settings.strict && isExtension(step, args)) {
      this.#report.extensions++;
      return;
    }
    this.#report.steps++;
    const problem = this.#problem(operation, args, step);
    if (problem !== undefined) {
      const given = args.map(show).join(", ");
      this.#report.failures.push(
        `${id}: ${name}(${given}) should be ${JSON.stringify(outcome)}, ${problem}`,
      );
    }
  }

  #around(name: string): Surroundings {
    const { respelled = false, lent = false, backing } = this.#settings;
    return {
      registers: this.#registers,
      row: this.#row,
      integer: respelled && (takesItems.has(name) || /^ba?\./.test(name)) ? BigInt : Number,
      bytes: lent && takesBuffers.has(name) ? (hex) => backing.hold(bytesOf(hex)) : bytesOfHex,
    };
  }

  readonly #makeSubject = (content: Bytes): Bytes | ByteArray => {
    const made = this.#own === Bytes ? content : bytearray(content);
    this.#subject = new Subject(made);
    return made;
  };

  /** What is wrong with the outcome here, if anything is. */
  #problem(operation: Operation, args: unknown[], step: Step): string | undefined {
    const { name, outcome } = step;
    let found: unknown;
    try {
      found = operation(...(args as never[]));
    } catch (error) {
      return refusalProblem(error, outcome) ?? this.#subject?.problem();
    }
    if ("e" in outcome) return `gave ${show(found)}`;
    if ("to" in outcome) {
      this.#registers.set(outcome.to, found);
      return makers.has(name) ? undefined : "which only a maker does";
    }
    const isRight = (): boolean => matches(found, outcome.v, this.#own);
    if (!isRight()) return `gave ${show(found)}`;
    return kindProblem(name, args, found) ?? this.#subject?.problem(isRight);
  }
}

/** What is wrong with an error, if anything is: its class, and where in a text it is. */
function refusalProblem(error: unknown, outcome: Step["outcome"]): string | undefined {
  if (!(error instanceof Error && "e" in outcome && error.name === outcome.e)) {
    return `threw ${show(error)}`;
  }
  if (outcome.at === undefined) return undefined;
  const { start, end } = error as Error & { start?: number; end?: number };
  const [first, last] = outcome.at;
  return start === first && end === last ? undefined : `threw at ${start} to ${end}`;
}

/** Bytes never change, so those that come again and again are made once. */
const known = new Map<string, Bytes>();

function bytesOfHex(hex: string): Bytes {
  let found = known.get(hex);
  if (found === undefined) {
    found = bytes(bytesOf(hex));
    if (known.size < 5000) known.set(hex, found);
  }
  return found;
}

/** Whether CPython refuses here what this library does. */
function isExtension({ name, outcome }: Step, args: readonly unknown[]): boolean {
  if (!("e" in outcome)) return false;
  if (outcome.e === "NotImplementedError") return true;
  const foreign = typeof args[1] === "string" && !/^@?[cbB?hHiIlLqQnNPefd]$/.test(args[1]);
  return name === "mv.cast" && outcome.e === "ValueError" && foreign;
}
