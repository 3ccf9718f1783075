/** What the three processes of a trial say to each other, over Node's IPC channel. */
import type { Sample } from "./sample.ts";

export interface SenderTask {
  readonly chapter: string;
  readonly mechanism: string;
  readonly path: string;
  /** The size the file had when the run began. */
  readonly bytes: number;
}

export type SenderMessage =
  /** Ready: the receiver may connect. */
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "sample"; readonly sample: Sample }
  | TrialFailure;

export interface ReceiverTask {
  /** Hash what arrives; only in the run that checks content, so that it is never measured. */
  readonly hash: boolean;
}

/** To the receiver: where to connect to. */
export interface Go {
  readonly port: number;
}

export type ReceiverMessage =
  | { readonly type: "received"; readonly bytes: number; readonly sha256: string | undefined }
  | TrialFailure;

export interface TrialFailure {
  readonly type: "failure";
  readonly message: string;
}

/** The parent of this process; a trial process without one has nothing to do. */
export function tell(message: SenderMessage | ReceiverMessage): void {
  process.send?.(message);
}

/** The task given on the command line; from now on this process ends with its parent. */
export function takeTask(): unknown {
  process.on("disconnect", () => process.exit());
  return JSON.parse(process.argv[2] ?? "null");
}
