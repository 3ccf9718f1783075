/**
 * The result of a comparison, and the format of `--json`. docs/compare.schema.json describes the same
 * for other languages; a test holds the two together. A field may be added within a version, none
 * changes or goes.
 */
import type { Environment } from "../environment.ts";
import type { Sample } from "../measure/sample.ts";
import type { Figures } from "../measure/statistics.ts";
import type { Situation } from "../situation.ts";

export interface Comparison {
  readonly schema: "zerocopy.compare/1";
  readonly chapter: string;
  /** Repeats the comparison. */
  readonly command: string;
  readonly environment: Environment;
  readonly situation: Situation;
  readonly rounds: number;
  /** At least one; one per size, from small to large, when sizes were asked for. */
  readonly runs: readonly Run[];
  /** Asked for, but impossible here. */
  readonly notRun: readonly NotRun[];
  /** What it means, in one sentence. */
  readonly summary: string;
}

export interface NotRun {
  readonly id: string;
  readonly label: string;
  readonly reason: string;
}

/** All mechanisms on one input. */
export interface Run {
  readonly input: {
    readonly path: string;
    /** Made for this comparison. */
    readonly temporary: boolean;
    readonly fileBytes: number;
    /** The part that was sent. */
    readonly offset: number;
    readonly bytes: number;
    /** Of that part; what arrived had the same, for every mechanism. */
    readonly sha256: string;
  };
  /** Transfers per trial. */
  readonly transfers: number;
  readonly mechanisms: readonly MeasuredMechanism[];
}

export interface MeasuredMechanism {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly baseline: boolean;
  readonly contender: boolean;
  /** The path the bytes took; `"read-write"` also where a kernel path fell back to it. */
  readonly path: string;
  readonly figures: Figures;
  /** One per round, in order. */
  readonly samples: readonly Sample[];
}

/** The run that says most: of those with most mechanisms the one with most bytes. */
export function mainRun({ runs }: Pick<Comparison, "runs">): Run {
  const most = Math.max(...runs.map(({ mechanisms }) => mechanisms.length));
  const last = runs.findLast(({ mechanisms }) => mechanisms.length === most);
  if (!last) throw new RangeError("a comparison has at least one run");
  return last;
}

/** Where the bytes came from: a cold run sends a copy, whose file system may be another one. */
export function fileSystemOf({ environment, situation }: Comparison): string {
  return situation.cold ? `a copy on ${environment.fileSystem}` : environment.fileSystem;
}
