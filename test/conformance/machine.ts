/**
 * Runs the vectors: programs for a machine with registers, and grids, which are one short program with holes
 * run for every combination of some values. test/conformance/README.md describes the files.
 *
 * A result must be deeply equal, an error of exactly the class recorded; messages are not compared, ours say
 * more. Nothing of Node here: this runs in any engine.
 */
import { kindProblem } from "./kinds.ts";
import { makers, operationsOf } from "./operations.ts";
import type { Operation, Settings } from "./operations.ts";
import { decode, matches, missing, show } from "./values.ts";
import type { Encoded } from "./values.ts";

/** Stored in a register, a value, an error, or 0: not executed. */
export type Outcome = { to: number } | { v: Encoded } | { e: string } | 0;

export interface Header {
  readonly python: string;
  readonly seed: number;
  readonly records: number;
  readonly steps: number;
  readonly results: number;
}

export interface Program {
  readonly id: string;
  readonly steps: readonly (readonly [name: string, args: readonly Encoded[], outcome: Outcome])[];
}

interface Grid {
  readonly id: string;
  readonly steps: readonly (readonly [name: string, args: readonly Encoded[], to: number | null])[];
  readonly over: readonly (readonly Encoded[])[];
  readonly want: readonly (readonly Outcome[] | { readonly all: Outcome })[];
}

export type Vector = Program | Grid;

export interface Report {
  steps: number;
  /** CPython's refusals, which are no refusals here unless strict. */
  extensions: number;
  readonly failures: string[];
}

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
    for (const { row, steps } of runsOf(vector)) {
      if (index++ % every !== 0) continue;
      const machine = new Machine(operations, settings, report, row);
      for (const step of steps()) machine.step(step, vector.id);
    }
  }
  return report;
}

interface Run {
  readonly row: readonly Encoded[];
  /** Those to execute, made when asked for. */
  readonly steps: () => Iterable<Step>;
}

function* runsOf(vector: Vector): Generator<Run> {
  if (!("over" in vector)) {
    yield { row: [], steps: () => executed(vector.steps) };
    return;
  }
  let index = 0;
  for (const row of rowsOf(vector.over)) {
    const at = index++;
    yield { row, steps: () => executed(stepsOf(vector, at)) };
  }
}

function stepsOf({ id, steps, want }: Grid, row: number): Program["steps"] {
  return steps.map(([name, args], at) => {
    const column = want[at] ?? [];
    const outcome = "all" in column ? column.all : column[row];
    if (outcome === undefined) throw new Error(`${id}: the vectors lack row ${row}`);
    return [name, args, outcome];
  });
}

function executed(steps: Program["steps"]): Step[] {
  return steps.flatMap(([name, args, outcome]) => (outcome === 0 ? [] : [{ name, args, outcome }]));
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
  readonly #strict: boolean;
  readonly #respelled: boolean;
  readonly #report: Report;
  readonly #registers = new Map<number, unknown>();
  readonly #row: readonly Encoded[];

  constructor(
    operations: Record<string, Operation>,
    { strict, respelled = false }: Settings,
    report: Report,
    row: readonly Encoded[],
  ) {
    this.#operations = operations;
    this.#strict = strict;
    this.#respelled = respelled;
    this.#report = report;
    this.#row = row;
  }

  step(step: Step, id: string): void {
    const { name, outcome } = step;
    const operation = this.#operations[name];
    if (operation === undefined) throw new Error(`${id}: unknown operation ${name}`);
    const integer = this.#respelled && takesItems.has(name) ? BigInt : Number;
    const around = { registers: this.#registers, row: this.#row, integer };
    const args = step.args.map((arg) => decode(arg, around));
    if (args.includes(missing)) return; // reported where the register should have been filled
    if (!this.#strict && isExtension(step, args)) {
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

  /** What is wrong with the outcome here, if anything is. */
  #problem(operation: Operation, args: unknown[], { name, outcome }: Step): string | undefined {
    let found: unknown;
    try {
      found = operation(...(args as never[]));
    } catch (error) {
      const right = error instanceof Error && "e" in outcome && error.name === outcome.e;
      return right ? undefined : `threw ${show(error)}`;
    }
    if ("e" in outcome) return `gave ${show(found)}`;
    if ("to" in outcome) {
      this.#registers.set(outcome.to, found);
      return makers.has(name) ? undefined : "which only a maker does";
    }
    if (!matches(found, outcome.v)) return `gave ${show(found)}`;
    return kindProblem(name, args, found);
  }
}

/** Whether CPython refuses here what this library does. */
function isExtension({ name, outcome }: Step, args: readonly unknown[]): boolean {
  if (!("e" in outcome)) return false;
  if (outcome.e === "NotImplementedError") return true;
  const foreign = typeof args[1] === "string" && !/^@?[cbB?hHiIlLqQnNPefd]$/.test(args[1]);
  return name === "mv.cast" && outcome.e === "ValueError" && foreign;
}
