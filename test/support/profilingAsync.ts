/** Programs whose bytes are copied when they are not on the stack, and which of their lines has started what. */
import path from "node:path";
import { sitesOf } from "zerocopy/profile";
import type { Kind, Recording } from "zerocopy/profile";
import { lineOf, programs } from "./profiling.ts";
import { recorded } from "./profiling/run.mjs";

const MiB = 1 << 20;

/**
 * Of a program: for each kind, MiB by the text of the line. Where a copy may be charged to one of two lines, both
 * are named.
 */
export const asynchronous: Readonly<
  Record<string, Partial<Record<Kind, Readonly<Record<string, number>>>>>
> = {
  "echo.mjs": {
    in: { "server's": 8, "client's": 8 },
    out: { "server's|socket.pipe": 8, "client's|written here": 8 },
  },
  "files.mjs": {
    in: {
      "// fs.readFile": 16,
      "readFile one": 16,
      "readFile two": 16,
      "// then": 16,
      "// createReadStream": 16,
      "// for await": 16,
      "handle.read": 16,
    },
    out: { "// createWriteStream": 16, "// writeFile": 16 },
  },
  "http.mjs": {
    in: { "// GET one": 40, "// GET two": 40, "listen(0": 40 },
    out: { "server's answer": 80, "// POST": 40 },
    copy: { "// collected": 40 },
  },
  "fetch.mjs": {
    in: { "fetch one": 32, "fetch two": 32, "fetch stream": 16 },
  },
  "late.mjs": {
    in: { "// read": 16 },
    out: { "// written": 16 },
  },
  "tracked.mjs": {
    in: { "// before": 16, "// while stored": 16, "// while hooked": 16, "// after": 16 },
  },
  "pipes.mjs": {
    in: { "// stdin": 4, "// child": 4, "// worker": 4 },
  },
};

export function recordAsync(program: string, node: string = process.execPath): Recording {
  const { recording, status, stderr } = recorded(
    node,
    [path.join(programs, "async", program)],
    { isAdaptive: false, bytesPerSample: 32 * 1024 },
    Buffer.alloc(4 * MiB),
  );
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return recording;
}

/** Of the bytes that were copied without the program on the stack, how many have a line of it. */
export function attributedShare(recording: Recording): number {
  const sums = { stack: 0, origin: 0, none: 0 };
  for (const { via, bytes } of sitesOf(recording)) sums[via] += bytes;
  return sums.origin / (sums.origin + sums.none);
}

/** Lines whose bytes are not what they have to be, within 2.5 % of the whole and four standard errors. */
export function wrongBytes(recording: Recording, program: string): string[] {
  const own = sitesOf(recording).filter(({ file }) => path.basename(file) === program);
  return Object.entries(asynchronous[program]!).flatMap(([kind, lines]) => {
    const whole = Object.values(lines).reduce((sum, bytes) => sum + bytes * MiB, 0);
    return Object.entries(lines).flatMap(([texts, mebibytes]) => {
      const wanted = new Set(texts.split("|").map((text) => lineOf(`async/${program}`, text)));
      const sites = own.filter((site) => site.kind === kind && wanted.has(site.line));
      const bytes = sites.reduce((sum, site) => sum + site.bytes, 0);
      const error = Math.hypot(...sites.map((site) => site.error));
      const isRight = Math.abs(bytes - mebibytes * MiB) <= 4 * error + whole / 40;
      return isRight ? [] : [`${texts}: ${kind} ${(bytes / MiB).toFixed(2)} of ${mebibytes} MiB`];
    });
  });
}
