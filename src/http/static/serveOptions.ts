/**
 * What `serveStatic` can be told, and what it makes of it: checked when the server starts, so that a
 * mistake is found before the first request.
 */
import type { Stats } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import ms from "ms";
import { ValueError, cannot, describe, invalidType } from "../../core/errors.ts";
import type { BodyResult } from "../report.ts";
import { publicFor } from "../grammar/cacheControl.ts";
import { twinSuffix } from "../grammar/encodings.ts";
import type { Encoding } from "../grammar/encodings.ts";
import type { CacheLimits } from "./fileCache.ts";
import type { Symlinks } from "../files/checkedOpen.ts";

export interface ServeStaticOptions {
  /** Served for a directory: the first that is there. `false`: none. Default `"index.html"`. */
  readonly index?: string | readonly string[] | false;
  /** Tried when a name without one is not there: `["html"]` lets `/about` be `about.html`. */
  readonly extensions?: readonly string[] | false;
  /** Paths with a part that begins with a dot. Default `"ignore"`: 404; `"deny"`: 403. */
  readonly dotfiles?: "allow" | "deny" | "ignore";
  /**
   * - `"inside"`, the default: links are followed when they end beneath the root.
   * - `"never"`: a path with a link in it is not found.
   * - `"follow"`: links are followed wherever they end.
   */
  readonly symlinks?: Symlinks;
  /** A directory without its final slash: 301 to the one with it. Default true; false: 404. */
  readonly redirect?: boolean;
  /** What is not found, or neither GET nor HEAD, goes to `next()`. Default true; false: an error. */
  readonly fallthrough?: boolean;
  /** Serves this for paths that are not found and have no extension; true: `"index.html"`. */
  readonly spa?: boolean | string;
  /** For `Cache-Control`: milliseconds, or text as `"7d"`. Default 0; at most a year. */
  readonly maxAge?: number | string;
  /** Adds `immutable` to `Cache-Control`. Default false. */
  readonly immutable?: boolean;
  /** Default true; false: no `Cache-Control` header. */
  readonly cacheControl?: boolean;
  /** Default true; false: no `Last-Modified` header. */
  readonly lastModified?: boolean;
  /** Default true: weak, of size and time; `"strong"`: strong where that is safe to say. */
  readonly etag?: boolean | "strong";
  /** Default true; false: the Range header is ignored. */
  readonly acceptRanges?: boolean;
  /** Longer ranges are answered by their beginning. Default: no limit. */
  readonly maxRangeBytes?: number;
  /**
   * Serves `app.js.br`, `.zst` or `.gz` for `app.js` to clients that accept them; a list says which,
   * the favourite first. Default false.
   */
  readonly precompressed?: boolean | readonly Encoding[];
  /**
   * Files stay open for `maxStaleMs` (default 1000), at most `maxFiles` (default 1000) of them; what
   * is served is never older. `false`: each request opens its file. A root that is a link, and is
   * pointed elsewhere, is noticed within a second more.
   */
  readonly cache?: false | Partial<CacheLimits>;
  /**
   * Has a proxy in front send the body: answers a header with its name instead. Not with `precompressed`
   * for nginx, which forgets the Content-Encoding of the answer; it finds twins itself (`gzip_static`).
   */
  readonly accel?: "x-accel-redirect" | "x-sendfile";
  /** What stands for the root in that header: a location of nginx, or the root as the proxy sees it. */
  readonly accelPrefix?: string;
  /** Asked before a file is looked for; false: not found. `pathname` is decoded. */
  readonly allowedPath?: (pathname: string, root: string, req: IncomingMessage) => boolean;
  /** Called before any header is set; those that are there already are left alone. */
  readonly setHeaders?: (res: ServerResponse, path: string, stats: Stats) => void;
  /** A page for directories without index. Default false. */
  readonly listing?: boolean;
  /** Called when a body has been sent. */
  readonly onSent?: (result: BodyResult, req: IncomingMessage, res: ServerResponse) => void;
}

/** The options, checked and complete. */
export interface Settings {
  readonly index: readonly string[];
  readonly extensions: readonly string[];
  readonly dotfiles: "allow" | "deny" | "ignore";
  readonly symlinks: Symlinks;
  readonly redirect: boolean;
  readonly fallthrough: boolean;
  readonly spa: string | undefined;
  readonly cacheControl: string | undefined;
  readonly lastModified: boolean;
  readonly etag: boolean | "strong";
  readonly acceptRanges: boolean;
  readonly maxRangeBytes: number;
  readonly encodings: readonly Encoding[];
  readonly cache: CacheLimits | undefined;
  readonly accel: "x-accel-redirect" | "x-sendfile" | undefined;
  readonly accelPrefix: string | undefined;
  readonly allowedPath: ServeStaticOptions["allowedPath"];
  readonly setHeaders: ServeStaticOptions["setHeaders"];
  readonly listing: boolean;
  readonly onSent: ServeStaticOptions["onSent"];
}

const action = "serve static files";

/** @throws {TypeError} @throws {ValueError} naming the option. */
export function settingsOf(options: ServeStaticOptions): Settings {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidType(action, "options to be an object", options);
  }
  const settings: Settings = {
    index: names("index", options.index === undefined ? ["index.html"] : options.index),
    extensions: names("extensions", options.extensions ?? false).map((name) =>
      name.replace(/^\./, ""),
    ),
    dotfiles: choice("dotfiles", options.dotfiles, ["ignore", "allow", "deny"]),
    symlinks: choice("symlinks", options.symlinks, ["inside", "follow", "never"]),
    redirect: flag("redirect", options.redirect, true),
    fallthrough: flag("fallthrough", options.fallthrough, true),
    spa: spaOf(options.spa),
    cacheControl: cacheControlOf(options),
    lastModified: flag("lastModified", options.lastModified, true),
    etag: options.etag === "strong" ? "strong" : flag("etag", options.etag, true, ' or "strong"'),
    acceptRanges: flag("acceptRanges", options.acceptRanges, true),
    maxRangeBytes: count("maxRangeBytes", options.maxRangeBytes, Infinity),
    encodings: encodingsOf(options.precompressed),
    cache: cacheOf(options.cache),
    ...accelOf(options),
    allowedPath: callback("allowedPath", options.allowedPath),
    setHeaders: callback("setHeaders", options.setHeaders),
    listing: flag("listing", options.listing, false),
    onSent: callback("onSent", options.onSent),
  };
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw cannot(TypeError, action, `options ${list([...known])}`, unknown);
  return settings;
}

const known: ReadonlySet<string> = new Set([
  ...["index", "extensions", "dotfiles", "symlinks", "redirect", "fallthrough", "spa", "maxAge"],
  ...["immutable", "cacheControl", "lastModified", "etag", "acceptRanges", "maxRangeBytes"],
  ...["precompressed", "cache", "accel", "accelPrefix", "allowedPath", "setHeaders", "listing"],
  "onSent",
]);

/** Absolute or not, as they were given. @throws {TypeError} @throws {ValueError} */
export function directoriesOf(
  root: string | URL | readonly (string | URL)[],
  { accelPrefix }: Settings,
): readonly string[] {
  const roots = Array.isArray(root) ? (root as readonly (string | URL)[]) : [root as string | URL];
  if (roots.length === 0) throw cannot(ValueError, action, "a directory", "an empty list");
  if (roots.length > 1 && accelPrefix !== undefined) {
    throw cannot(ValueError, action, "one root, for which accelPrefix stands", roots.length);
  }
  return roots.map((one) => {
    const directory = one instanceof URL ? fileURLToPath(one) : one;
    if (typeof directory !== "string") {
      throw invalidType(action, "root to be a path, a file: URL or a list of such", one);
    }
    if (directory === "" || directory.includes("\0")) {
      throw cannot(ValueError, action, "root to be the path of a directory", describe(directory));
    }
    return directory;
  });
}

function flag(name: string, value: unknown, otherwise: boolean, or = ""): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw invalidType(action, `${name} to be a boolean${or}`, value);
}

/** The first is the default. */
function choice<T extends string>(name: string, value: unknown, choices: readonly [T, ...T[]]): T {
  if (value === undefined) return choices[0];
  const chosen = choices.find((one) => one === value);
  if (chosen !== undefined) return chosen;
  throw cannot(ValueError, action, `${name} to be one of ${list(choices)}`, describe(value));
}

function count(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number") throw invalidType(action, `${name} to be a number`, value);
  if (value === Infinity || (Number.isSafeInteger(value) && value > 0)) return value;
  throw cannot(ValueError, action, `${name} to be a positive integer`, value);
}

function callback<T>(name: string, value: T): T {
  if (value === undefined || typeof value === "function") return value;
  throw invalidType(action, `${name} to be a function`, value);
}

function names(name: string, value: unknown): readonly string[] {
  if (value === false) return [];
  const found: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of found) {
    if (typeof one !== "string") {
      throw invalidType(action, `${name} to be text, a list of texts or false`, one);
    }
    if (!isBeneath(one)) {
      throw cannot(ValueError, action, `${name} to be names beneath the root`, describe(one));
    }
  }
  return found as readonly string[];
}

function isBeneath(name: string): boolean {
  return name !== "" && !name.includes("\0") && !/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(name);
}

function spaOf(value: unknown): string | undefined {
  if (value === undefined || value === false) return undefined;
  return value === true ? "index.html" : names("spa", value)[0];
}

function cacheControlOf({ maxAge = 0, ...options }: ServeStaticOptions): string | undefined {
  const isImmutable = flag("immutable", options.immutable, false);
  const ageMs = typeof maxAge === "string" ? milliseconds(maxAge) : maxAge;
  if (typeof ageMs !== "number") throw invalidType(action, "maxAge to be a number or text", maxAge);
  if (!(ageMs >= 0)) {
    throw cannot(ValueError, action, 'maxAge in milliseconds, or as "7d"', describe(maxAge));
  }
  if (!flag("cacheControl", options.cacheControl, true)) return undefined;
  return publicFor(ageMs, isImmutable);
}

/** NaN for what is no duration: `ms` throws for some of it, and says undefined for the rest. */
function milliseconds(text: string): number {
  try {
    return ms(text as ms.StringValue) ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
}

function encodingsOf(value: unknown): readonly Encoding[] {
  const all = Object.keys(twinSuffix) as Encoding[];
  if (value === undefined || value === false) return [];
  if (value === true) return all;
  if (!Array.isArray(value))
    throw invalidType(action, "precompressed to be a boolean or a list", value);
  for (const one of value) {
    if (!all.includes(one as Encoding)) {
      throw cannot(ValueError, action, `precompressed to list ${list(all)}`, describe(one));
    }
  }
  return [...new Set(value as readonly Encoding[])];
}

function cacheOf(value: unknown): CacheLimits | undefined {
  if (value === false) return undefined;
  if (value !== undefined && (typeof value !== "object" || value === null)) {
    throw invalidType(action, "cache to be false or an object", value);
  }
  const { maxStaleMs, maxFiles, ...others } = (value ?? {}) as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw cannot(TypeError, action, "cache to have maxStaleMs and maxFiles", unknown);
  }
  return {
    maxStaleMs: Math.min(count("cache.maxStaleMs", maxStaleMs, 1000), 2 ** 31 - 1),
    maxFiles: count("cache.maxFiles", maxFiles, 1000),
  };
}

function accelOf(options: ServeStaticOptions): Pick<Settings, "accel" | "accelPrefix"> {
  const { accel, accelPrefix } = options;
  if (accelPrefix !== undefined && typeof accelPrefix !== "string") {
    throw invalidType(action, "accelPrefix to be text", accelPrefix);
  }
  if (accel === undefined) {
    if (accelPrefix === undefined) return { accel, accelPrefix };
    throw cannot(TypeError, action, "accelPrefix only with accel", describe(accelPrefix));
  }
  const chosen = choice("accel", accel, ["x-accel-redirect", "x-sendfile"]);
  if (accelPrefix !== undefined && !/^[\x21-\x7e]+$/.test(accelPrefix)) {
    const wanted = "accelPrefix to be visible ASCII, percent-encoded where need be";
    throw cannot(ValueError, action, wanted, describe(accelPrefix));
  }
  // Without a prefix nginx would ask the application again, for ever.
  if (chosen === "x-accel-redirect" && !accelPrefix?.startsWith("/")) {
    const wanted = 'accelPrefix to be a location of nginx, as "/protected"';
    throw cannot(TypeError, action, wanted, describe(accelPrefix));
  }
  // It keeps Content-Type of the answer, and not Content-Encoding (ngx_http_upstream_process_headers).
  if (chosen === "x-accel-redirect" && encodingsOf(options.precompressed).length > 0) {
    const wanted = "no precompressed with x-accel-redirect (gzip_static of nginx does that)";
    throw cannot(TypeError, action, wanted, describe(options.precompressed));
  }
  return { accel: chosen, accelPrefix };
}

function list(choices: readonly string[]): string {
  return choices.map((name) => JSON.stringify(name)).join(", ");
}
