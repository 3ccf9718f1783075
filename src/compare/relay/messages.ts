/** What the proxy and the source of a trial are told, and say. The receiver is that of all chapters. */
import type { TrialFailure } from "../measure/messages.ts";
import type { Sample } from "../measure/sample.ts";

export interface ProxyTask {
  readonly mechanism: string;
  /** Bytes that will pass. */
  readonly bytes: number;
}

export type ProxyMessage =
  /** Ready: source and receiver may connect, each to its port. */
  | { readonly type: "listening"; readonly sourcePort: number; readonly receiverPort: number }
  | { readonly type: "sample"; readonly sample: Omit<Sample, "residentFraction"> }
  | TrialFailure;

export interface SourceTask {
  readonly bytes: number;
}

/** A source has nothing to say but why it could not go on. */
export type SourceMessage = TrialFailure;
