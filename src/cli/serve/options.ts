/** The command line of `zerocopy serve`, checked. */
import { parseArgs } from "node:util";
import ms from "ms";
import { UserError } from "../command.ts";

export const defaults = {
  port: 3000,
  host: "127.0.0.1",
  index: "index.html",
  grace: "10s",
} as const;

export const logFormats = ["text", "combined", "json", "none"] as const;
export type LogFormat = (typeof logFormats)[number];

export const symlinkRules = ["inside", "follow", "never"] as const;
export type SymlinkRule = (typeof symlinkRules)[number];

export interface ServeOptions {
  readonly directory: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Whether exactly this port is wanted. */
  readonly portGiven: boolean;
  readonly host: string;
  /** Names to answer for, besides those that nobody else can claim; see hosts.ts. */
  readonly allowedHosts: readonly string[];
  readonly index: string;
  readonly extensions: readonly string[];
  /** The file that answers for every path that is not there. */
  readonly spa: string | undefined;
  readonly listing: boolean;
  readonly dotfiles: boolean;
  readonly symlinks: SymlinkRule;
  readonly precompressed: boolean;
  /** For how long a client may use a response without asking again. */
  readonly cacheMs: number;
  /** The origin that may read the files from its own pages; "*" for all. */
  readonly cors: string | undefined;
  readonly log: LogFormat;
  /** Neither start message nor log nor summary. */
  readonly quiet: boolean;
  /** For how long transfers may go on after the order to stop. */
  readonly graceMs: number;
}

/** @throws {UserError} */
export function parseServe(words: readonly string[]): ServeOptions | "help" {
  const { values, positionals } = parse(words);
  if (values.help) return "help";
  const [directory = ".", ...rest] = positionals;
  if (rest.length > 0) throw usage(`wanted one directory, found ${positionals.length}`);
  if (directory === "") throw usage("wanted a directory, found an empty name");
  for (const name of ["host", "index", "spa", "cors"] as const) {
    if (values[name] === "") throw usage(`--${name} wants a value, found an empty one`);
  }
  return {
    directory,
    port: values.port === undefined ? defaults.port : portOf(values.port),
    portGiven: values.port !== undefined,
    host: values.host,
    allowedHosts: values["allow-host"].flatMap(listOf),
    index: values.index,
    extensions: values.extensions.flatMap(listOf).map((extension) => extension.replace(/^\./, "")),
    spa: values.spa,
    listing: values.listing ?? values.spa === undefined,
    dotfiles: values.dotfiles,
    symlinks: oneOf("symlinks", values.symlinks, symlinkRules),
    precompressed: values.precompressed,
    cacheMs: durationOf("cache", values.cache),
    cors: values.cors === undefined ? undefined : originOf(values.cors),
    log: logOf(values),
    quiet: values.quiet,
    graceMs: durationOf("grace", values.grace, "24h"),
  };
}

type Values = ReturnType<typeof parse>["values"];

/** Options whose value may be left out, and what that means. */
const bare: Readonly<Record<string, string>> = {
  "--spa": "--spa=index.html",
  "--cors": "--cors=*",
};

function parse(words: readonly string[]) {
  const end = words.indexOf("--");
  const args = words.map((word, index) => (end >= 0 && index > end ? word : (bare[word] ?? word)));
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      allowNegative: true,
      options: {
        port: { type: "string", short: "p" },
        host: { type: "string", default: defaults.host },
        "allow-host": { type: "string", multiple: true, default: [] },
        index: { type: "string", default: defaults.index },
        extensions: { type: "string", multiple: true, default: [] },
        spa: { type: "string" },
        listing: { type: "boolean" },
        dotfiles: { type: "boolean", default: false },
        symlinks: { type: "string", default: "inside" },
        precompressed: { type: "boolean", default: false },
        cache: { type: "string", default: "0" },
        cors: { type: "string" },
        log: { type: "string" },
        json: { type: "boolean", default: false },
        quiet: { type: "boolean", short: "q", default: false },
        grace: { type: "string", default: defaults.grace },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    // Only the first sentence: the rest is advice about words that begin with a dash.
    throw usage((error as Error).message.split(/\. |\n/)[0] ?? "");
  }
}

function logOf({ log, json, quiet }: Values): LogFormat {
  if (quiet && (json || log !== undefined))
    throw usage("--quiet goes with neither --log nor --json");
  if (json && log !== undefined && log !== "json") throw usage(`--json goes not with --log ${log}`);
  if (quiet) return "none";
  return json ? "json" : oneOf("log", log ?? "text", logFormats);
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw usage(`wanted --port between 0 and 65535, found "${text}"`);
}

/** As the Origin header has it, for it is compared with that: RFC 6454 §6.2. */
function originOf(text: string): string {
  if (text === "*") return text;
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw usage(`wanted --cors as in https://app.example:8080, found "${text}"`);
}

/** Seconds, or what `ms` reads: `90`, `1h`, `7 days`. */
function durationOf(name: string, text: string, most: "24h" | "1y" = "1y"): number {
  const short = text.length > 0 && text.length <= 30;
  const value = /^\d+$/.test(text) ? Number(text) * 1000 : short ? ms(text as ms.StringValue) : NaN;
  if (value >= 0 && value <= ms(most)) return value;
  throw usage(`wanted --${name} in seconds, or as in 90s, 1h, up to ${most}, found "${text}"`);
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((word) => word === text);
  if (found !== undefined) return found;
  throw usage(`wanted --${name} as one of ${known.join(", ")}, found "${text}"`);
}

function usage(message: string): UserError {
  return new UserError(`zerocopy serve: ${message} (--help tells more)`);
}
