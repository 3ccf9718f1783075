import { parseArgs } from "node:util";
import { InputError } from "../../compare/chapter.ts";
import type { Chapter, Mechanism } from "../../compare/chapter.ts";
import { chapters } from "../../compare/chapters.ts";
import { compare } from "../../compare/compare.ts";
import { TrialError } from "../../compare/measure/trial.ts";
import { renderTable } from "../../compare/report/table.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { ProgressLine } from "../progressLine.ts";

const defaultRounds = 5;
const mostRounds = 1000;

const help = `zerocopy compare: what sending a file costs the traditional way, and with zero-copy

Usage: zerocopy compare [file [PATH]] [options]

Sends PATH (default: the running Node binary) over TCP to another process by each mechanism, every
trial in a process of its own, in interleaved rounds, and prints medians. Content is checked by hash
in a run before the measured ones.

Options:
  --rounds N   measured rounds, 1 to ${mostRounds} (default ${defaultRounds})
  --only LIST  mechanisms, separated by commas
  --list       the mechanisms there are
  --json       everything as JSON, every sample included (docs/compare.schema.json)
  --help       this text

Columns, all of the sending process alone, and where they come from:
  copies/B         bytes that crossed between user space and kernel (rchar + wchar of /proc/self/io,
                   less what sendfile moved, which the kernel adds to both), plus bytes this library
                   copied in user space, divided by the bytes sent
  CPU-s/GB         user and system time by getrusage(2), per 10^9 bytes; then each on its own
  GB/s             10^9 bytes per second, from the first call to the receiver's end of file
  peak RSS         VmHWM of /proc/self/status, reset at the start, less VmRSS at the start; pages of
                   a mapped file count, though they are the page cache's
  switches         voluntary and involuntary context switches, by getrusage(2)
  faults           minor and major page faults, by getrusage(2)
  I/O calls        syscr + syscw of /proc/self/io, and the sendfile and splice calls the addon counts
For files under 1 MB the table shows milliseconds instead of rates. Nothing is modelled.

Examples:
  zerocopy compare
  zerocopy compare file video.mp4 --rounds 9
  zerocopy compare file video.mp4 --only stream,sendfile --json > result.json

Exit codes: 0 done, 2 wrong usage or a file that cannot be compared, 130 Ctrl-C.
`;

export const compareCommand: Command = {
  name: "compare",
  summary: "what sending a file costs the traditional way, and with zero-copy",
  async run(words, signal) {
    const { values, positionals } = parse(words);
    if (values.help) return void process.stdout.write(help);
    const { chapter, file } = chapterOf(positionals);
    const mechanisms = mechanismsOf(chapter, values.only);
    if (values.list) return void process.stdout.write(listOf(mechanisms));
    const rounds = roundsOf(values.rounds);
    try {
      await run({ chapter, file, mechanisms, rounds, json: values.json, signal });
    } catch (error) {
      if (!(error instanceof InputError || error instanceof TrialError)) throw error;
      throw new UserError(`zerocopy compare: ${error.message}`);
    }
  },
};

async function run(options: {
  chapter: Chapter;
  file: string | undefined;
  mechanisms: readonly Mechanism[];
  rounds: number;
  json: boolean;
  signal: AbortSignal;
}): Promise<void> {
  const { chapter, mechanisms, rounds } = options;
  const input = chapter.openInput(options.file);
  const progress = new ProgressLine(process.stderr);
  try {
    const comparison = await compare({
      chapter,
      input,
      mechanisms,
      rounds,
      signal: options.signal,
      command: commandOf(chapter, options.file, mechanisms, rounds),
      onProgress: ({ phase, mechanism, done, total }) => {
        const verb = phase === "check" ? "checking" : "measuring";
        progress.show(`${verb} ${mechanism.label}`, done, total);
      },
    });
    progress.clear();
    process.stdout.write(
      options.json
        ? `${JSON.stringify(comparison, null, 2)}\n`
        : renderTable(comparison, { rich: process.stdout.isTTY && !process.env["NO_COLOR"] }),
    );
  } finally {
    progress.clear();
    input.dispose();
  }
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        rounds: { type: "string", default: String(defaultRounds) },
        only: { type: "string" },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function chapterOf([name = "file", file, ...rest]: string[]): {
  chapter: Chapter;
  file: string | undefined;
} {
  const chapter = chapters.find(({ id }) => id === name);
  if (!chapter) {
    throw usage(
      `there is no chapter "${name}"; to compare that file: zerocopy compare file ${name}`,
    );
  }
  if (rest.length > 0) throw usage(`wanted one file, found ${rest.length + 1}`);
  return { chapter, file };
}

function mechanismsOf(chapter: Chapter, only: string | undefined): readonly Mechanism[] {
  if (only === undefined) return chapter.mechanisms;
  const wanted = only.split(",").map((id) => id.trim());
  const unknown = wanted.find((id) => !chapter.mechanisms.some((mechanism) => mechanism.id === id));
  if (unknown !== undefined) {
    const known = chapter.mechanisms.map(({ id }) => id).join(", ");
    throw usage(`there is no mechanism "${unknown}"; there are ${known}`);
  }
  return chapter.mechanisms.filter(({ id }) => wanted.includes(id));
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= mostRounds) return rounds;
  throw usage(`wanted --rounds between 1 and ${mostRounds}, found "${text}"`);
}

function listOf(mechanisms: readonly Mechanism[]): string {
  return mechanisms.map(({ id, description }) => `${id.padEnd(12)}${description}\n`).join("");
}

function commandOf(
  chapter: Chapter,
  file: string | undefined,
  mechanisms: readonly Mechanism[],
  rounds: number,
): string {
  const words = ["zerocopy", "compare", chapter.id];
  if (file !== undefined) words.push(/^[\w./-]+$/.test(file) ? file : JSON.stringify(file));
  words.push("--rounds", String(rounds));
  if (mechanisms.length < chapter.mechanisms.length) {
    words.push("--only", mechanisms.map(({ id }) => id).join(","));
  }
  return words.join(" ");
}

function usage(message: string): UserError {
  return new UserError(`zerocopy compare: ${message} (--help tells more)`);
}
