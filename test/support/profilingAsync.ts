/** Programs whose bytes are copied when they are not on the stack, and which of their lines has started what. */
import path from "node:path";
import { sitesOf } from "zerocopy/profile";
import type { Kind, Recording, Site } from "zerocopy/profile";
import { lineOf, programs } from "./profiling.ts";
import { recorded } from "./profiling/run.mjs";

const MiB = 1 << 20;

/** MiB by the text of the line. */
type Lines = Readonly<Record<string, number>>;

/**
 * Of a program, for each of some kinds, the lines that have any. Where a copy may be charged to one of two lines,
 * both are named.
 */
export const asynchronous: Readonly<Record<string, Partial<Record<Kind, Lines>>>> = {
  "echo.mjs": {
    in: { "server's": 4, "client's": 4 },
    out: { "server's|socket.pipe": 4, "client's|written here": 4 },
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
    out: {
      "writeFileSync(one": 4,
      "writeFileSync(two": 4,
      "// createWriteStream": 16,
      "// writeFile": 16,
    },
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
  "scopes.mjs": {
    in: { "// promised": 8, "// called": 8, "// streamed": 8 },
    out: { "// prepared": 4 },
  },
  "pipes.mjs": {
    in: { "// stdin": 4, "// child": 4, "// worker": 4 },
  },
};

/** All that is copied, some of it looked at. */
export const everything = { bytesPerSample: 32 * 1024 };

/**
 * Each read and write, because all are of many times this size; of the copies within user space only the longest,
 * because between two collections a thread has room for 512 samples. Programs collect now and then for that.
 */
export const crossings = { bytesPerSample: 4096, minimumBytes: MiB };

export function recordAsync(
  program: string,
  options: typeof everything,
  node: string = process.execPath,
): Recording {
  const { recording, status, stderr } = recorded(
    node,
    ["--expose-gc", path.join(programs, "async", program)],
    { isAdaptive: false, ...options },
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

/** Of a kind, what a line should have and has. */
interface Charged {
  readonly line: string;
  readonly wanted: number;
  readonly bytes: number;
}

/**
 * Of a recording of {@link crossings}: lines that are charged too much or too little, by kind: those of a kind of which more than one per cent is on a
 * wrong line, or not on the right one.
 */
export function wrongBytes(recording: Recording, program: string): string[] {
  return Object.entries(asynchronous[program]!).flatMap(([kind, lines]) => {
    const charged = chargedBytes(recording, program, kind, lines);
    const sum = (of: (line: Charged) => number): number =>
      charged.reduce((all, line) => all + of(line), 0);
    const most = sum(({ wanted }) => wanted) / 100;
    const tooMuch = sum(({ bytes, wanted }) => Math.max(0, bytes - wanted));
    const tooLittle = sum(({ bytes, wanted }) => Math.max(0, wanted - bytes));
    if (Math.max(tooMuch, tooLittle) <= most) return [];
    return charged
      .filter(({ bytes, wanted }) => Math.abs(bytes - wanted) > most / 10)
      .map((of) => `${of.line}: ${kind} ${inMiB(of.bytes)} of ${inMiB(of.wanted)} MiB`);
  });
}

/** Those that should have some, and whatever else of the program has. */
function chargedBytes(
  recording: Recording,
  program: string,
  kind: string,
  lines: Lines,
): Charged[] {
  const isOwn = (site: Site): boolean =>
    site.kind === kind && site.line !== 0 && path.basename(site.file) === program;
  const left = new Set(sitesOf(recording).filter(isOwn));
  const known = Object.entries(lines).map(([texts, mebibytes]) => {
    const wanted = new Set(texts.split("|").map((text) => lineOf(`async/${program}`, text)));
    const sites = [...left].filter(({ line }) => wanted.has(line));
    for (const site of sites) left.delete(site);
    const bytes = sites.reduce((sum, site) => sum + site.bytes, 0);
    return { line: texts, wanted: mebibytes * MiB, bytes };
  });
  const others = [...left].map(({ line, bytes }) => ({ line: `line ${line}`, wanted: 0, bytes }));
  return [...known, ...others];
}

function inMiB(bytes: number): string {
  return (bytes / MiB).toFixed(2);
}
