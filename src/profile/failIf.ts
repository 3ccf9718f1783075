/** Conditions under which a profile fails, for CI: `copies>2`, `site(src/frame.ts:12)>10MB`. */
import path from "node:path";
import { bytes as formatBytes, significant } from "../compare/report/format.ts";
import { parseSize } from "../compare/sizes.ts";
import { ValueError } from "../core/errors.ts";
import type { Recording } from "./model.ts";
import { sitesOf } from "./sites.ts";
import type { Site } from "./sites.ts";
import { totalsOf } from "./totals.ts";
import type { Totals } from "./totals.ts";

type Operator = ">" | ">=" | "<" | "<=";

export interface Condition {
  /** As it was written. */
  readonly text: string;
  /** `copies` is copies per byte, `copied` is within user space; all others but `copies` are bytes. */
  readonly subject: "copies" | "copied" | "in" | "out" | "unattributed" | "site" | "api";
  /** The file and line of a site, or the name of an API. */
  readonly name: string;
  readonly operator: Operator;
  readonly limit: number;
  /** Whether `limit` is a share of all bytes that were copied. */
  readonly isShare: boolean;
}

const grammar = /^(copies|copied|in|out|unattributed|(site|api)\((.+)\))\s*([<>]=?)\s*([^\s<>=]+)$/;

/**
 * Reads a condition under which a profile fails: what, `>`, `>=`, `<` or `<=`, and a limit.
 *
 * - `copies`: copies per byte, limited by a number
 * - `copied`: bytes copied within user space · `in`, `out`: bytes across the border to the kernel
 * - `unattributed`: bytes of which no line of the program is known
 * - `site(src/frame.ts:12)`, `site(src/frame.ts)`: bytes copied by a line, or a file; a path from any folder on
 * - `api(Buffer.concat)`: bytes copied by an API, as {@link sitesOf} names it
 *
 * Limits of bytes are sizes (`10MB`, `64KiB`) or shares of all that was copied (`5%`).
 *
 * *Copies:* none. *Complexity:* O(length).
 *
 * @throws {ValueError} for anything else, with the grammar.
 *
 * @example
 * ```ts
 * import { parseCondition } from "zerocopy/profile";
 *
 * const { subject, limit } = parseCondition("copies>2");
 * ```
 */
export function parseCondition(text: string): Condition {
  const match = grammar.exec(text.trim());
  if (!match) refuse(text);
  const [, words = "", selector, name = "", operator, written = ""] = match;
  const subject = (selector ?? words) as Condition["subject"];
  const isShare = subject !== "copies" && written.endsWith("%");
  const limit = subject !== "copies" && !isShare ? parseSize(written) : numberOf(written, isShare);
  if (limit === undefined) refuse(text);
  return { text: text.trim(), subject, name, operator: operator as Operator, limit, isShare };
}

/** A share, or a number of copies. */
function numberOf(text: string, isShare: boolean): number | undefined {
  const digits = isShare ? text.slice(0, -1) : text;
  if (!/^\d+(\.\d+)?$/.test(digits)) return undefined;
  return isShare ? Number(digits) / 100 : Number(digits);
}

function refuse(text: string): never {
  throw new ValueError(
    "Cannot read a condition: wanted copies, copied, in, out, unattributed, site(FILE:LINE), site(FILE) or " +
      "api(NAME), then > >= < or <=, then a number for copies, a size or a share for the others, as in " +
      "copies>2, site(src/frame.ts:12)>10MB, api(Buffer.concat)>1MB, unattributed>5%; " +
      `found ${JSON.stringify(text)}`,
  );
}

/**
 * Those conditions that a recording meets, a sentence each; none when it passes.
 *
 * Bytes of sites and APIs are estimates, which are taken as they are; the sentence says how far they may be
 * off. Where nothing went in or out there are no copies per byte, and a condition on them fails.
 *
 * *Copies:* none. *Complexity:* O(frames of all stacks + conditions · sites).
 *
 * @example
 * ```ts
 * import { failuresOf, parseCondition, startProfile } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * Buffer.concat([Buffer.alloc(1 << 24)]);
 * const failures = failuresOf(profile.stop(), [parseCondition("copied>1MB")]);
 * ```
 */
export function failuresOf(recording: Recording, conditions: readonly Condition[]): string[] {
  const sites = sitesOf(recording);
  const totals = totalsOf(recording, sites);
  return conditions.flatMap((condition) => {
    const found = measure(condition, totals, sites);
    return found.isMet ? [`${condition.text}: found ${found.words}`] : [];
  });
}

interface Measured {
  readonly isMet: boolean;
  readonly words: string;
}

function measure(condition: Condition, totals: Totals, sites: readonly Site[]): Measured {
  const { subject, operator, limit, isShare } = condition;
  const { copies, copiesPerByte, bytesIn, bytesOut } = totals;
  if (subject === "copies") {
    if (copiesPerByte === undefined) return { isMet: true, words: "nothing that went in or out" };
    const passed = formatBytes(Math.max(bytesIn, bytesOut));
    const words = `${significant(copiesPerByte)} copies per byte, ${formatBytes(copies)} of ${passed}`;
    return { isMet: holds(copiesPerByte, operator, limit), words };
  }
  const { bytes, error } = bytesFor(condition, totals, sites);
  const share = copies === 0 ? 0 : bytes / copies;
  const around = error > 0 ? ` ± ${formatBytes(Math.round(error))}` : "";
  const words = `${formatBytes(Math.round(bytes))}${around}, ${significant(share * 100)} % of all copies`;
  return { isMet: holds(isShare ? share : bytes, operator, limit), words };
}

interface Estimate {
  readonly bytes: number;
  readonly error: number;
}

function bytesFor({ subject, name }: Condition, totals: Totals, sites: readonly Site[]): Estimate {
  if (subject === "site") return sumOf(sites.filter((site) => isAt(site, name)));
  if (subject === "api") return sumOf(sites.filter(({ api }) => api === name));
  if (subject === "copied") return { bytes: totals.copied + totals.modelled, error: 0 };
  return { bytes: totals[subject], error: 0 };
}

/** What the kernel has moved is no copy. */
function sumOf(sites: readonly Site[]): Estimate {
  const sum = { bytes: 0, error: 0 };
  for (const { kind, bytes, error } of sites) {
    if (kind === "moved") continue;
    sum.bytes += bytes;
    sum.error = Math.hypot(sum.error, error);
  }
  return sum;
}

/** `src/frame.ts:12`, or without the line; from any folder on. */
function isAt({ file, line }: Site, place: string): boolean {
  const [, wanted = place, wantedLine] = /^(.*?):(\d+)$/.exec(place) ?? [];
  const end = path.posix.normalize(wanted.replaceAll("\\", "/"));
  const isFile = file === end || file.endsWith(`/${end}`);
  return isFile && (wantedLine === undefined || Number(wantedLine) === line);
}

function holds(value: number, operator: Operator, limit: number): boolean {
  if (operator === ">") return value > limit;
  if (operator === ">=") return value >= limit;
  return operator === "<" ? value < limit : value <= limit;
}
