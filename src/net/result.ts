/** What a transfer reports, and how parts that took different paths add up. */

/**
 * How bytes travelled. From a file: `sendfile`, `splice`, `read-write`. From memory: `writev`, straight
 * from where they lie; `gathered`, copied to one place before. Into memory: `recv`, straight to
 * where they belong; `recv-copy`, through a buffer of ours.
 */
export type TransferPath =
  | ("sendfile" | "splice" | "read-write")
  | ("writev" | "gathered")
  | ("recv" | "recv-copy");

/** The outcome of a transfer. */
export interface TransferResult {
  /** Payload bytes that the socket has accepted, or given. */
  readonly bytes: number;
  /** The path most bytes took. */
  readonly path: TransferPath;
  /**
   * CPU copies per payload byte on our side, across the kernel boundary too: 0 inside the kernel, 1 from
   * or to memory, 2 for a read and a write.
   */
  readonly copies: number;
  /** Bytes per path; only when there was more than one. */
  readonly paths?: Readonly<Partial<Record<TransferPath, number>>>;
}

const copiesOf: Record<TransferPath, number> = {
  sendfile: 0,
  splice: 0,
  writev: 1,
  gathered: 2,
  recv: 1,
  "recv-copy": 2,
  "read-write": 2,
};

/** Adds up `parts`, at least one, in the order they ran; the first wins a tie. */
export function combine(parts: readonly { path: TransferPath; bytes: number }[]): TransferResult {
  const paths: Partial<Record<TransferPath, number>> = {};
  let bytes = 0;
  let copied = 0;
  for (const part of parts) {
    bytes += part.bytes;
    copied += part.bytes * copiesOf[part.path];
    if (part.bytes > 0) paths[part.path] = (paths[part.path] ?? 0) + part.bytes;
  }
  const largest = parts.reduce((best, part) =>
    (paths[part.path] ?? 0) > (paths[best.path] ?? 0) ? part : best,
  );
  const result = { bytes, path: largest.path, copies: bytes === 0 ? 0 : copied / bytes };
  return Object.keys(paths).length > 1 ? { ...result, paths } : result;
}
