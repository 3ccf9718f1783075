/** The command line of `zerocopy profile`, checked. */
import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import ms from "ms";
import { UserError } from "../command.ts";
import { parseSize } from "../../compare/sizes.ts";
import { needsNoScript, splitWords } from "./words.ts";

export const defaults = {
  rate: "512K",
  minimum: "256",
  top: "10",
  html: "zerocopy-profile.html",
  json: "zerocopy-profile.json",
  differenceHtml: "zerocopy-profile-diff.html",
} as const;

export interface Outputs {
  readonly html: string | undefined;
  /** "-": standard output. */
  readonly json: string | undefined;
  readonly pprof: string | undefined;
  readonly isForced: boolean;
  readonly open: boolean;
}

export interface Showing {
  readonly outputs: Outputs;
  /** Lines of the table. */
  readonly top: number;
  /** Conditions, as they were written. */
  readonly failIf: readonly string[];
  readonly isQuiet: boolean;
}

export interface ProgramWords {
  readonly node: readonly string[];
  /** The script, unless the flags of Node stand for one, and its arguments. */
  readonly words: readonly string[];
  /** What stands before them without a value that it may have: one of {@link guesses}. */
  readonly follows?: string;
}

export type ProfileOrder =
  | { readonly do: "help" }
  | {
      readonly do: "record";
      readonly program: ProgramWords;
      readonly bytesPerSample: number;
      readonly minimumBytes: number;
      readonly durationMs: number | undefined;
      readonly children: boolean;
      readonly withSources: boolean;
      readonly showing: Showing;
    }
  | { readonly do: "report"; readonly file: string; readonly showing: Showing }
  | {
      readonly do: "diff";
      readonly files: readonly [before: string, after: string];
      readonly showing: Showing;
    }
  | { readonly do: "explain"; readonly api: string };

const showingOptions = {
  html: { type: "string" },
  pprof: { type: "string" },
  force: { type: "boolean", default: false },
  open: { type: "boolean", default: false },
  top: { type: "string", default: defaults.top },
  "fail-if": { type: "string", multiple: true },
  help: { type: "boolean", short: "h", default: false },
} as const;

const recordOptions = {
  ...showingOptions,
  json: { type: "string", short: "o" },
  duration: { type: "string" },
  rate: { type: "string", default: defaults.rate },
  minimum: { type: "string", default: defaults.minimum },
  children: { type: "boolean", default: false },
  "no-source": { type: "boolean", default: false },
  quiet: { type: "boolean", short: "q", default: false },
} as const;

/** `--html page.html`: no program ends so. */
const guesses = {
  "--html": { fits: /\.html?$/i, otherwise: defaults.html },
  "--json": { fits: /\.json$|^-$/i, otherwise: defaults.json },
};

/** @throws {UserError} */
export function parseProfile(words: readonly string[]): ProfileOrder {
  const [verb, ...rest] = words;
  if (verb === "report") return parseReport(rest);
  if (verb === "diff") return parseDiff(rest);
  if (verb === "explain") return parseExplain(rest);
  return parseRecord(words);
}

function parseRecord(words: readonly string[]): ProfileOrder {
  const { own, node, program } = splitWords(words, recordOptions, guesses);
  const { values } = parse(own, recordOptions);
  if (values.help) return { do: "help" };
  // `zerocopy profile node app.js`, as other tools want it.
  if (program[0] === "node" && program.length > 1) {
    const inner = splitWords(program.slice(1), {}, {});
    return recordOrder(values, { node: [...node, ...inner.node], words: inner.program });
  }
  const before = words[words.length - program.length - 1] ?? "";
  const follows = Object.hasOwn(guesses, before) ? { follows: before } : {};
  return recordOrder(values, { node, words: program, ...follows });
}

type RecordValues = ReturnType<typeof parse<typeof recordOptions>>["values"];

function recordOrder(values: RecordValues, program: ProgramWords): ProfileOrder {
  if (program.words.length === 0 && !needsNoScript(program.node)) {
    throw usage("wanted a program, as in zerocopy profile app.js");
  }
  return {
    do: "record",
    program,
    bytesPerSample: sizeOf("rate", values.rate),
    minimumBytes: sizeOf("minimum", values.minimum),
    durationMs: values.duration === undefined ? undefined : durationOf(values.duration),
    children: values.children,
    withSources: !values["no-source"],
    showing: { ...showingOf(values, values.json), isQuiet: values.quiet },
  };
}

function parseReport(words: readonly string[]): ProfileOrder {
  const { values, files } = parseFiles(words, showingOptions);
  if (values.help) return { do: "help" };
  const [file, ...rest] = files;
  if (file === undefined || rest.length > 0) {
    throw usage(`report wants one file, which --json wrote, found ${files.length}`);
  }
  return { do: "report", file, showing: showingOf(values) };
}

const { pprof: _, "fail-if": __, ...diffOptions } = showingOptions;

function parseDiff(words: readonly string[]): ProfileOrder {
  const { values, files } = parseFiles(words, diffOptions);
  if (values.help) return { do: "help" };
  const [before, after, ...rest] = files;
  if (before === undefined || after === undefined || rest.length > 0) {
    throw usage(`diff wants two files, which --json wrote, found ${files.length}`);
  }
  const html = values.html === defaults.html ? defaults.differenceHtml : values.html;
  const showing = showingOf({ ...values, ...(html && { html }) });
  return { do: "diff", files: [before, after], showing };
}

function parseExplain(words: readonly string[]): ProfileOrder {
  if (words.includes("--help") || words.includes("-h")) return { do: "help" };
  const api = words.join(" ").trim();
  if (api === "") throw usage("explain wants the name of an API, as in explain Buffer.concat");
  return { do: "explain", api };
}

/** Options and files in any order, as there is no program that could have options. */
function parseFiles<T extends typeof diffOptions>(words: readonly string[], options: T) {
  const args = words.map((word, index) => {
    const isAlone = word === "--html" && !guesses["--html"].fits.test(words[index + 1] ?? "");
    return isAlone ? `--html=${defaults.html}` : word;
  });
  const { values, positionals } = parse(args, options);
  if (positionals.includes("")) throw usage("wanted a file, found an empty name");
  return { values, files: positionals };
}

type OptionTable = NonNullable<ParseArgsConfig["options"]>;

function parse<const T extends OptionTable>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    // Only the first sentence: the rest is advice about words that begin with a dash.
    throw usage((error as Error).message.split(/\. |\n/)[0] ?? "");
  }
}

function showingOf(
  values: {
    readonly html?: string;
    readonly pprof?: string;
    readonly force: boolean;
    readonly open: boolean;
    readonly top: string;
    readonly "fail-if"?: readonly string[];
  },
  json?: string,
): Showing {
  const { html, pprof, force, open, top, "fail-if": failIf = [] } = values;
  for (const [name, value] of Object.entries({ html, json, pprof })) {
    if (value === "") throw usage(`--${name} wants the name of a file`);
  }
  if (open && html === undefined) throw usage("--open opens the page that --html writes");
  return {
    outputs: { html, json, pprof, isForced: force, open },
    top: integerOf("top", top),
    failIf,
    isQuiet: false,
  };
}

function integerOf(name: string, text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw usage(`wanted --${name} as a whole number from 1, found "${text}"`);
}

function sizeOf(name: string, text: string): number {
  const bytes = parseSize(text) ?? 0;
  if (bytes >= 1) return bytes;
  throw usage(`wanted --${name} as a size from 1, as in 4K or 1M, found "${text}"`);
}

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1;

/** Seconds, or what `ms` reads: `90`, `1h`, `7 days`. */
function durationOf(text: string): number {
  const short = text.length > 0 && text.length <= 30;
  const value = /^[\d.]+$/.test(text)
    ? Number(text) * 1000
    : short
      ? ms(text as ms.StringValue)
      : 0;
  if (value > 0 && value <= longestMs) return value;
  throw usage(`wanted --duration in seconds, or as in 90s, 1h, up to 24d, found "${text}"`);
}

function usage(message: string): UserError {
  return new UserError(`zerocopy profile: ${message} (--help tells more)`);
}
