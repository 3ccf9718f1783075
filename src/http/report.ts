/**
 * How many bodies and bytes took which path, and why the others did not: process-wide, for tests, for
 * `ZEROCOPY_REPORT=1` and for whoever wants to know.
 */
import { combine } from "../net/result.ts";
import type { TransferPath, TransferResult } from "../net/result.ts";

/** What reports and logs say of bodies that were copied though the kernel could have sent them. */
export const shortBody = "short, sent with its head";

export interface BodyResult extends TransferResult {
  /**
   * Why the kernel did not send it; undefined when it did, had nothing to send, or when the body was
   * short and copied behind its head, which is quicker.
   */
  readonly reason?: string;
}

/** Of messages that end with their heads, and of empty files. */
export const nothing: BodyResult = combine([{ path: "sendfile", bytes: 0 }]);

export interface PathCount {
  bodies: number;
  bytes: number;
}

export interface BodyCounts {
  /** By path; a body that took two counts in each, with its bytes there. */
  readonly paths: Readonly<Record<string, Readonly<PathCount>>>;
  /** Why bodies were not sent by the kernel. */
  readonly reasons: Readonly<Record<string, Readonly<PathCount>>>;
}

const paths = new Map<string, PathCount>();
const reasons = new Map<string, PathCount>();

/** Counts a body that has been sent, and gives it back. */
export function recorded(result: BodyResult): BodyResult {
  const { bytes, path, paths: parts, reason } = result;
  if (parts) for (const [part, partBytes] of Object.entries(parts)) add(paths, part, partBytes);
  else add(paths, path, bytes);
  if (reason !== undefined) add(reasons, reason, bytes);
  return result;
}

/**
 * Counts a body that is sent in parts, by one way or another. One per body.
 */
export class PartCount {
  readonly #counted = new Set<string>();

  add(path: TransferPath, bytes: number, reason?: string): void {
    this.#add(paths, path, bytes);
    if (reason !== undefined) this.#add(reasons, reason, bytes);
  }

  #add(counts: Map<string, PathCount>, key: string, bytes: number): void {
    add(counts, key, bytes, this.#counted.has(key) ? 0 : 1);
    this.#counted.add(key);
  }
}

function add(counts: Map<string, PathCount>, key: string, bytes: number, bodies = 1): void {
  const count = counts.get(key);
  if (count) {
    count.bodies += bodies;
    count.bytes += bytes;
  } else {
    counts.set(key, { bodies, bytes });
  }
}

/** Since the process began. */
export function bodyCounts(): BodyCounts {
  return structuredClone({
    paths: Object.fromEntries(paths),
    reasons: Object.fromEntries(reasons),
  });
}
