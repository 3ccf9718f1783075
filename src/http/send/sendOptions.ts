/** Options of {@link send}, those of npm `send`, checked and completed. */
import path from "node:path";
import ms from "ms";
import { describe } from "../../core/errors.ts";
import type { Dotfiles } from "./sendPath.ts";
import { publicFor } from "../grammar/cacheControl.ts";

export interface SendOptions {
  /** Take part in range requests. Default true. */
  readonly acceptRanges?: boolean | undefined;
  /** Send Cache-Control; false leaves `maxAge` and `immutable` unused. Default true. */
  readonly cacheControl?: boolean | undefined;
  /** What to do when a part of the path begins with a dot: 403 for "deny", 404 for "ignore", the default. */
  readonly dotfiles?: Dotfiles | undefined;
  /** Last byte of the file that is sent. */
  readonly end?: number | undefined;
  /** Send an entity tag, a weak one. Default true. */
  readonly etag?: boolean | undefined;
  /** Tried in order behind a path that is not there and has none. Default: none. */
  readonly extensions?: readonly string[] | string | false | undefined;
  /** Say in Cache-Control that the file will never change. Default false. */
  readonly immutable?: boolean | undefined;
  /** Tried in order where a path ends with a slash. Default "index.html". */
  readonly index?: readonly string[] | string | false | undefined;
  /** Send Last-Modified. Default true. */
  readonly lastModified?: boolean | undefined;
  /** For Cache-Control: milliseconds, or what npm `ms` reads. At most a year. Default 0. */
  readonly maxAge?: number | string | undefined;
  /** The other name of `maxAge`. */
  readonly maxage?: number | string | undefined;
  /** Below it lies every file; links that lead out of it are followed. Default: paths are absolute. */
  readonly root?: string | undefined;
  /** First byte of the file that is sent. Default 0. */
  readonly start?: number | undefined;
  /** Anything else is for `fs.createReadStream`, if bytes have to be read. */
  readonly [option: string]: unknown;
}

export interface SendSettings {
  readonly acceptRanges: boolean;
  /** The whole header. */
  readonly cacheControl: string | undefined;
  readonly dotfiles: Dotfiles;
  readonly end: number;
  readonly etag: boolean;
  readonly extensions: readonly string[];
  readonly index: readonly string[];
  readonly lastModified: boolean;
  readonly root: string | undefined;
  readonly start: number;
}

const defaultIndex = ["index.html"];
const noNames: readonly string[] = [];

/** @throws {TypeError} naming the option. */
export function checkOptions(options: SendOptions): SendSettings {
  const { acceptRanges, cacheControl, dotfiles = "ignore", etag, lastModified, root } = options;
  if (dotfiles !== "ignore" && dotfiles !== "allow" && dotfiles !== "deny") {
    throw wrong("dotfiles", '"allow", "deny" or "ignore"', dotfiles);
  }
  return {
    acceptRanges: isOn(acceptRanges),
    cacheControl: isOn(cacheControl) ? cacheControlOf(options) : undefined,
    dotfiles,
    end: options.end === undefined ? Infinity : byteOf("end", options.end),
    etag: isOn(etag),
    extensions: namesOf("extensions", options.extensions, noNames),
    index: namesOf("index", options.index, defaultIndex),
    lastModified: isOn(lastModified),
    root: root ? path.resolve(root) : undefined,
    start: options.start ? byteOf("start", options.start) : 0,
  };
}

function isOn(option: unknown): boolean {
  return option === undefined || Boolean(option);
}

function wrong(option: string, wanted: string, found: unknown): TypeError {
  // Begins as it does in npm `send`: that is what its users' tests look for.
  return new TypeError(`${option} option: wanted ${wanted}, found ${describe(found)}`);
}

function byteOf(option: string, value: unknown): number {
  if (typeof value === "number" && value >= 0) {
    if (Number.isSafeInteger(value) || (option === "end" && value === Infinity)) return value;
  }
  throw wrong(option, "the number of a byte", value);
}

function namesOf(option: string, value: unknown, otherwise: readonly string[]): readonly string[] {
  if (value === undefined) return otherwise;
  if (!value) return noNames;
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!names.every((name) => typeof name === "string"))
    throw wrong(option, "strings or false", value);
  return names;
}

function cacheControlOf({ maxAge, maxage, immutable }: SendOptions): string {
  const age = maxAge || maxage;
  const found = typeof age === "string" ? ms(age as ms.StringValue) : Number(age);
  return publicFor(found > 0 ? found : 0, Boolean(immutable)); // 0 also of what is no number
}
