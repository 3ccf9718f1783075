/**
 * The result of a comparison, and the format of `--json`. docs/compare.schema.json describes the same
 * for other languages; a test holds the two together. A field may be added within a version, none
 * changes or goes.
 */
import type { Environment } from "../environment.ts";
import type { Sample } from "../measure/sample.ts";
import type { Figures } from "../measure/statistics.ts";

export interface Comparison {
  readonly schema: "zerocopy.compare/1";
  readonly chapter: string;
  /** Repeats the run. */
  readonly command: string;
  readonly environment: Environment;
  readonly input: { readonly path: string; readonly bytes: number; readonly sha256: string };
  readonly rounds: number;
  readonly mechanisms: readonly MeasuredMechanism[];
  /** Asked for, but impossible here. */
  readonly notRun: readonly {
    readonly id: string;
    readonly label: string;
    readonly reason: string;
  }[];
  /** What it means, in one sentence. */
  readonly summary: string;
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
