/**
 * CPython 3.14 inside Node answers questions that nobody has asked before: a new seed in every run, printed, and
 * a program that fails is made as short as it can be. `ORACLE_SEED=…` repeats a run.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { loadPython } from "../../tools/vectors/pyodide.mjs";
import { arrayProblem } from "../conformance/arrays.ts";
import type { ArrayCase } from "../conformance/arrays.ts";
import { nodeBackings } from "../conformance/files.ts";
import { run } from "../conformance/machine.ts";
import type { Program } from "../conformance/machine.ts";
import type { Settings } from "../conformance/operations.ts";

const seed = Number(process.env["ORACLE_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
const rounds = 10;
const each = 1000;

let ask: (question: string, ...args: unknown[]) => unknown;

beforeAll(async () => {
  console.log(`ORACLE_SEED=${seed}`);
  const python = await loadPython();
  python.runPython("import oracle");
  ask = (question, ...args) => {
    const given = args.map((arg) => JSON.stringify(arg)).join(", ");
    return JSON.parse(python.runPython(`oracle.${question}(${given})`) as string) as unknown;
  };
}, 300_000);

/** What goes wrong with a program first, if anything does. */
function problem(program: Program, settings: Settings): string | undefined {
  return run([program], settings).failures[0];
}

/** Takes out as many steps as can go; CPython answers for what is left. */
function shortest(program: Program, settings: Settings): Program {
  let best = program;
  for (let size = Math.ceil(best.steps.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.steps.length;) {
      const steps = best.steps.toSpliced(at, size);
      const shorter = ask("record", JSON.stringify({ id: best.id, steps })) as Program;
      if (problem(shorter, settings) === undefined) at += size;
      else best = shorter;
    }
  }
  return best;
}

function report(program: Program, settings: Settings): string {
  const short = shortest(program, settings);
  const steps = short.steps.map((step) => JSON.stringify(step)).join("\n");
  return `${problem(short, settings)}\nover ${settings.backing.name}, strict ${settings.strict}:\n${steps}`;
}

/** What the answers to fresh programs are that are not CPython's, the first few. */
function failuresOf(programs: readonly Program[], lent: boolean): string {
  const failures: string[] = [];
  for (const [index, program] of programs.entries()) {
    const backing = nodeBackings[index % nodeBackings.length] ?? nodeBackings[0];
    for (const strict of [true, false]) {
      const settings = { backing, strict, lent: lent && !strict };
      if (failures.length < 3 && problem(program, settings) !== undefined) {
        failures.push(report(program, settings));
      }
    }
  }
  return failures.join("\n\n");
}

describe("fresh programs", () => {
  test.for(Array.from({ length: rounds }, (_, round) => round))("round %i", (round) => {
    const programs = ask("programs", seed + round * each, each) as Program[];
    expect(failuresOf(programs, false), `ORACLE_SEED=${seed}`).toBe("");
  });
});

describe("fresh programs of bytes", () => {
  test.for(Array.from({ length: rounds }, (_, round) => round))("round %i", (round) => {
    const programs = ask("byte_programs", seed + round * each, each) as Program[];
    expect(failuresOf(programs, true), `ORACLE_SEED=${seed}`).toBe("");
  });
});

describe("arrays of any dimension", () => {
  test.for(Array.from({ length: rounds }, (_, round) => round))("round %i", (round) => {
    const cases = ask("arrays", seed + round * each, each) as ArrayCase[];
    const failures = cases.flatMap((one, index) => {
      const backing = nodeBackings[index % nodeBackings.length] ?? nodeBackings[0];
      const found = arrayProblem(one, backing);
      return found === undefined ? [] : [`${found}, over ${backing.name}:\n${JSON.stringify(one)}`];
    });
    expect(failures.slice(0, 5).join("\n\n"), `${failures.length} of ${each}`).toBe("");
  });
});
