/** What a recording comes to: exact sums, and how much of it has a line. */
import { kindOf } from "./model.ts";
import type { Recording } from "./model.ts";
import { isModelledCall, sitesOf } from "./sites.ts";
import type { Site } from "./sites.ts";

/** Bytes, but for `copiesPerByte` and `samples`. */
export interface Totals {
  /** Within user space, as libc has seen it. */
  readonly copied: number;
  /** Within user space where libc has no part: calculated, not measured. */
  readonly modelled: number;
  /** From the kernel into user space. */
  readonly in: number;
  /** From user space to the kernel. */
  readonly out: number;
  /** By the kernel alone, as in sendfile(2) and splice(2): no copy. */
  readonly moved: number;
  /** What the engine has moved for itself. In none of the other sums. */
  readonly collected: number;
  /** Everything that has come in, with or without a copy. */
  readonly bytesIn: number;
  /** Everything that has gone out, with or without a copy. */
  readonly bytesOut: number;
  /** All that a CPU has copied: `copied + modelled + in + out`. */
  readonly copies: number;
  /** `copies` ÷ the larger of `bytesIn` and `bytesOut`. Undefined where nothing went in or out. */
  readonly copiesPerByte: number | undefined;
  readonly samples: number;
  /** Of `copies`, what no line or function of the program is known for. */
  readonly unattributed: number;
  /** Of `copies`, what the function is known for and the line is not. */
  readonly withoutLine: number;
}

/**
 * The sums of a recording. `copies` is, to the byte, what the sites with a file come to and `unattributed`.
 *
 * Bytes that are moved count as one byte in and one byte out. A relay by splice(2) moves each byte twice.
 *
 * *Copies:* none. *Complexity:* O(threads + sites); O(frames of all stacks) without `sites`.
 *
 * @param sites - those of the recording, where they are at hand.
 *
 * @example
 * ```ts
 * import { startProfile, totalsOf } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * Buffer.concat([Buffer.alloc(1 << 24)]);
 * const { copied, copiesPerByte } = totalsOf(profile.stop());
 * ```
 */
export function totalsOf(
  recording: Recording,
  sites: readonly Site[] = sitesOf(recording),
): Totals {
  const sums = countedBytes(recording);
  const bytesIn = sums.in + sums.moved;
  const bytesOut = sums.out + sums.moved;
  const copies = sums.copied + sums.modelled + sums.in + sums.out;
  const payload = Math.max(bytesIn, bytesOut);
  const attributed = sites.filter(({ kind, file }) => kind !== "moved" && file !== "");
  return {
    ...sums,
    bytesIn,
    bytesOut,
    copies,
    copiesPerByte: payload === 0 ? undefined : copies / payload,
    samples: recording.stacks.reduce((sum, { samples }) => sum + samples, 0),
    unattributed: Math.max(0, copies - bytesOf(attributed)),
    withoutLine: bytesOf(attributed.filter(({ line }) => line === 0)),
  };
}

function countedBytes({
  threads,
}: Recording): Pick<Totals, "copied" | "modelled" | "in" | "out" | "moved" | "collected"> {
  const sums = { copied: 0, modelled: 0, in: 0, out: 0, moved: 0, collected: 0 };
  for (const { counts, collected } of threads) {
    sums.collected += collected.bytes;
    for (const call in counts) sums[sumOf(call)] += counts[call]!.bytes;
  }
  return sums;
}

function sumOf(call: string): "copied" | "modelled" | "in" | "out" | "moved" {
  const kind = kindOf(call);
  if (kind !== "copy") return kind;
  return isModelledCall(call) ? "modelled" : "copied";
}

/** Estimates add up to whole bytes but for what floating point leaves. */
function bytesOf(sites: readonly Site[]): number {
  return Math.round(sites.reduce((sum, { bytes }) => sum + bytes, 0));
}
