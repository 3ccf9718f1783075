/** What the three processes of a trial over TCP say to each other, over Node's IPC channel. */
import type { FilePart } from "../chapter.ts";
import type { Sample } from "./sample.ts";

/** How a trial loads the sender. */
export interface Load {
  /** Transfers in one trial: many of a small file, so that they outweigh the start of the process. */
  readonly transfers: number;
  /** Transfers at a time. */
  readonly concurrency: number;
  /** The receiver takes a transfer at an even pace, in a second. */
  readonly slowReader: boolean;
}

export interface SenderTask {
  readonly mechanism: string;
  readonly part: FilePart;
  /** The size the file had when the run began. */
  readonly fileBytes: number;
  readonly load: Load;
}

export type SenderMessage =
  /** Ready: the receiver may connect. */
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "sample"; readonly sample: Omit<Sample, "residentFraction"> }
  | TrialFailure;

export interface ReceiverTask {
  readonly connections: number;
  /** Bytes of one transfer. */
  readonly bytes: number;
  /** Hash what arrives; only in the run that checks content, so that it is never measured. */
  readonly hash: boolean;
  readonly slow: boolean;
}

/** To the receiver: where to connect to. */
export interface Go {
  readonly port: number;
}

export type ReceiverMessage =
  /** `sha256` is of the last connection. */
  | { readonly type: "received"; readonly bytes: number; readonly sha256: string | undefined }
  | TrialFailure;

export interface TrialFailure {
  readonly type: "failure";
  readonly message: string;
}

/** The parent of this process; a trial process without one has nothing to do. */
export function tell(message: object): void {
  process.send?.(message);
}

/** The task given on the command line; from now on this process ends with its parent. */
export function takeTask(): unknown {
  process.on("disconnect", () => process.exit());
  return JSON.parse(process.argv[2] ?? "null");
}
