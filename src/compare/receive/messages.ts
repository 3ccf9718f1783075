/** What the collector of a trial is told, and says. The source is that of `compare relay`. */
import type { TrialFailure } from "../measure/messages.ts";
import type { Sample } from "../measure/sample.ts";

export interface CollectorTask {
  readonly mechanism: string;
  /** Bytes that will come. */
  readonly bytes: number;
  /** Hash them; only in the run that checks content, so that it is never measured. */
  readonly hash: boolean;
}

export type CollectorMessage =
  /** Ready: the source may connect. */
  | { readonly type: "listening"; readonly port: number }
  | {
      readonly type: "sample";
      readonly sample: Omit<Sample, "residentFraction">;
      readonly sha256: string | undefined;
    }
  | TrialFailure;
