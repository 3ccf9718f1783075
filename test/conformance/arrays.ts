/**
 * N-dimensional selection, transposition, reshaping and assignment, which CPython's memoryview refuses; what
 * is right is known from tools/vectors/oracle.py. Nothing of Node here.
 */
import { bytes, memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import type { Backing } from "./backings.ts";
import { strided } from "./operations.ts";
import { bytesOf, matches, show } from "./values.ts";
import type { Encoded } from "./values.ts";

type Key = number | null | "..." | [number | null, number | null, number | null];
type Chain = readonly (["select", Key[]] | ["transpose", number[]] | ["reshape", number[]])[];

export interface ArrayCase {
  readonly seed: number;
  /** Hexadecimal, as all contents. */
  readonly memory: string;
  readonly exporter: readonly [
    format: string,
    itemsize: number,
    shape: number[],
    strides: number[],
    offset: number,
  ];
  /** What leads from the whole array to two parts of it. */
  readonly target: Chain;
  readonly other: Chain;
  readonly shape: Encoded;
  readonly list: Encoded;
  readonly C: string;
  readonly F: string;
  readonly equal: boolean;
  /** The memory after `target.copyFrom(other)`, or why that is an error. */
  readonly after?: string;
  readonly error?: string;
}

/** What is wrong with the answers to one case, if anything is. */
export function arrayProblem(wanted: ArrayCase, backing: Backing): string | undefined {
  const memory = backing.hold(bytesOf(wanted.memory));
  const [format, itemsize, shape, strides, offset] = wanted.exporter;
  const source = strided(memory, format, itemsize, shape, strides, offset, false);
  const whole = memoryview(source as never) as MemoryView;
  try {
    const target = follow(whole, wanted.target);
    const other = follow(whole, wanted.other);
    return (
      different("shape", target.shape, wanted.shape) ??
      different("toList", target.toList(), wanted.list) ??
      different("C order", target.toBytes("C"), { b: wanted.C }) ??
      different("F order", target.toBytes("F"), { b: wanted.F }) ??
      different("hex", target.hex(), wanted.C) ??
      different("equals", target.equals(other), wanted.equal) ??
      assignmentProblem(target, other, memory, wanted)
    );
  } catch (error) {
    return `threw ${show(error)}`;
  }
}

function follow(whole: MemoryView, chain: Chain): MemoryView {
  let view = whole;
  for (const [step, argument] of chain) {
    if (step === "select") view = view.select(...(argument as never[]));
    else if (step === "transpose") view = view.transpose(...argument);
    else view = view.reshape(argument);
  }
  return view;
}

function assignmentProblem(
  target: MemoryView,
  other: MemoryView,
  memory: Uint8Array,
  { memory: before, after, error }: ArrayCase,
): string | undefined {
  let thrown: string | undefined;
  try {
    target.copyFrom(other);
  } catch (found) {
    thrown = found instanceof Error ? found.name : String(found);
  }
  if (thrown !== error) return `copyFrom threw ${thrown}, should throw ${error}`;
  return different("memory after copyFrom", bytes(memory), { b: after ?? before });
}

function different(what: string, found: unknown, wanted: Encoded): string | undefined {
  if (matches(found, wanted)) return undefined;
  const text = typeof wanted === "object" ? JSON.stringify(wanted) : String(wanted);
  return `${what} is ${show(found)}, should be ${text}`;
}
