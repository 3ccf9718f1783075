/** The command line of `zerocopy compare`, checked. */
import { parseArgs } from "node:util";
import type { Chapter, ChapterOption, InputRequest, Mechanism } from "../../compare/chapter.ts";
import { chapters } from "../../compare/chapters.ts";
import type { Situation } from "../../compare/situation.ts";
import { UserError } from "../command.ts";
import { formatSize, parseRange, parseSizes } from "../../compare/sizes.ts";

export const limits = {
  rounds: 1000,
  defaultRounds: 5,
  defaultCurveRounds: 3,
  concurrency: 256,
} as const;

export interface OutputOptions {
  readonly json: boolean;
  readonly html: string | undefined;
  readonly open: boolean;
}

export type CompareOrder =
  | { readonly do: "help"; readonly chapter: string }
  | { readonly do: "list"; readonly mechanisms: readonly Mechanism[] }
  | { readonly do: "report"; readonly file: string; readonly output: OutputOptions }
  | {
      readonly do: "measure";
      readonly chapter: Chapter;
      readonly request: InputRequest;
      readonly mechanisms: readonly Mechanism[];
      readonly rounds: number;
      readonly situation: Situation;
      readonly output: OutputOptions;
    };

/** @throws {UserError} */
export function parseCompare(words: readonly string[]): CompareOrder {
  const { values, positionals } = parse(words);
  const output = outputOf(values);
  const { name, rest: more } = nameOf(positionals);
  const [file, ...rest] = more;
  if (values.help) return { do: "help", chapter: name };
  if (rest.length > 0) throw usage(`wanted one file, found ${rest.length + 1}`);
  if (file === "") throw usage("wanted a file, found an empty name");
  if (name === "report") {
    if (file === undefined) throw usage("report wants the file that --json wrote");
    const stray = Object.entries(values).find(
      ([option, value]) => value && !reportOptions.has(option),
    );
    if (stray) throw usage(`--${stray[0]} is for measuring, report shows what has been measured`);
    return { do: "report", file, output };
  }
  const chapter = chapters.find(({ id }) => id === name);
  if (!chapter) {
    throw usage(
      `there is no chapter "${name}"; to compare that file: zerocopy compare file ${name}`,
    );
  }
  refuseOthers(chapter, file, values);
  const mechanisms = mechanismsOf(chapter, values.only);
  if (values.list) return { do: "list", mechanisms };
  const request = requestOf(file, values);
  const curve = (request.sizes?.length ?? 1) > 1;
  return {
    do: "measure",
    chapter,
    request,
    mechanisms,
    rounds:
      integerOf("rounds", values.rounds, limits.rounds) ??
      (curve ? limits.defaultCurveRounds : limits.defaultRounds),
    situation: {
      cold: values.cold,
      concurrency: integerOf("concurrency", values.concurrency, limits.concurrency) ?? 1,
      slowReader: values["slow-reader"],
    },
    output,
  };
}

/** What is compared: the id of a chapter, whose parts are words of their own, or whatever stands there. */
function nameOf(words: readonly string[]): { name: string; rest: readonly string[] } {
  const both = words.slice(0, 2).join("-");
  const count = words.length > 1 && chapters.some(({ id }) => id === both) ? 2 : 1;
  const [name = "file"] = count === 2 ? [both] : words;
  return { name, rest: words.slice(count) };
}

/** The words that name a chapter. */
function wordsOf({ id }: Chapter): string {
  return id.replaceAll("-", " ");
}

/** Repeats a comparison, from any folder; how it is shown is left out. `file`: absolute. */
export function commandOf(order: Extract<CompareOrder, { do: "measure" }>, file?: string): string {
  const { chapter, mechanisms, rounds, situation, request } = order;
  const words = ["zerocopy", "compare", wordsOf(chapter)];
  if (file !== undefined) words.push(shellWord(file));
  if (request.sizes) words.push("--size", request.sizes.map(formatSize).join(","));
  if (request.range) {
    const { start, end } = request.range;
    words.push("--range", `${start}-${end === undefined ? "" : end - 1}`);
  }
  words.push("--rounds", String(rounds));
  if (situation.cold) words.push("--cold");
  if (situation.concurrency > 1) words.push("--concurrency", String(situation.concurrency));
  if (situation.slowReader) words.push("--slow-reader");
  if (mechanisms.length < chapter.mechanisms.length) {
    words.push("--only", mechanisms.map(({ id }) => id).join(","));
  }
  return words.join(" ");
}

/** People paste it: in single quotes nothing of a file name means anything to a shell. */
function shellWord(text: string): string {
  return /^[\w/][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const reportOptions = new Set(["json", "html", "open"]);

type Values = ReturnType<typeof parse>["values"];

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        only: { type: "string" },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        html: { type: "string" },
        open: { type: "boolean", default: false },
        cold: { type: "boolean", default: false },
        range: { type: "string" },
        concurrency: { type: "string" },
        "slow-reader": { type: "boolean", default: false },
        size: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    // Only the first sentence: the rest is advice about words that begin with a dash.
    throw usage((error as Error).message.split(/\. |\n/)[0] ?? "");
  }
}

function outputOf({ json, html, open }: Values): OutputOptions {
  if (html === "") throw usage("--html wants the name of a file");
  if (open && html === undefined) throw usage("--open opens the page that --html FILE writes");
  return { json, html, open };
}

function requestOf(path: string | undefined, values: Values): InputRequest {
  const sizes = values.size === undefined ? undefined : parseSizes(values.size);
  if (values.size !== undefined && !sizes) {
    throw usage(`wanted --size as in 4K,1M,64M or 4K-1G, found "${values.size}"`);
  }
  const range = values.range === undefined ? undefined : parseRange(values.range);
  if (values.range !== undefined && !range) {
    throw usage(`wanted --range as in 0-99 or 4K-, found "${values.range}"`);
  }
  if (sizes && (path !== undefined || range)) {
    throw usage("--size makes files of its own: it goes with neither a path nor --range");
  }
  return { path, range, sizes, cold: values.cold };
}

/** What makes no sense in this chapter is an error, rather than ignored. */
function refuseOthers(chapter: Chapter, file: string | undefined, values: Values): void {
  const given: Readonly<Record<ChapterOption, boolean>> = {
    path: file !== undefined,
    range: values.range !== undefined,
    cold: values.cold,
    concurrency: values.concurrency !== undefined,
    "slow-reader": values["slow-reader"],
  };
  for (const other of chapters) {
    const stray = other.options.find(
      (option) => given[option] && !chapter.options.includes(option),
    );
    if (stray === undefined) continue;
    const what = stray === "path" ? `file, found "${file}"` : `--${stray}`;
    const parts = chapters.filter(({ id }) => stray === "path" && id.startsWith(`${chapter.id}-`));
    const wanted = [...parts.map((part) => `there is compare ${wordsOf(part)}`), ""].join("; ");
    throw usage(
      `compare ${wordsOf(chapter)} takes no ${what}; ${wanted}that is for compare ${wordsOf(other)}`,
    );
  }
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

function integerOf(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  throw usage(`wanted --${name} between 1 and ${most}, found "${text}"`);
}

function usage(message: string): UserError {
  return new UserError(`zerocopy compare: ${message} (--help tells more)`);
}
