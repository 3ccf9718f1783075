/**
 * The files of one root, as `serveStatic` looks for them: index, extensions, twins. What is found
 * comes with its headers, which are made once and not for each response.
 *
 * A path with a final slash names a directory, and is answered by its index.
 */
import type { Stats } from "node:fs";
import path from "node:path";
import type { BodyFile } from "../body.ts";
import { contentTypeOf } from "../grammar/contentType.ts";
import { twinSuffix } from "../grammar/encodings.ts";
import type { Coding, Encoding } from "../grammar/encodings.ts";
import { strongEtag, weakEtag } from "../grammar/etag.ts";
import { FileCache, Finding } from "./fileCache.ts";
import { PreparedHeaders } from "../message.ts";
import { isUnchanged } from "../files/opened.ts";
import type { Opened } from "../files/opened.ts";
import { hasDotfile } from "../grammar/requestPath.ts";
import { Root } from "../files/root.ts";
import type { Settings } from "./serveOptions.ts";

/** One of the forms of a file: itself or a twin. */
export interface Variant {
  /** Beneath the root, without a leading slash. */
  readonly relative: string;
  readonly encoding: Encoding | undefined;
  readonly stats: Stats;
  readonly etag: string | undefined;
  /** As a header; `stats.mtime` is the date. */
  readonly lastModified: string | undefined;
  /** In the order in which they are set; those of the content last. */
  readonly headers: PreparedHeaders;
  /** How many of them a 304 carries too. */
  readonly validatorCount: number;
  /** All of it. */
  readonly body: BodyFile;
}

/** A file, a directory, or that there is neither. */
export class StaticFile extends Finding {
  readonly folder: StaticFolder;
  /** The path by which it is kept. */
  readonly key: string;
  /** Beneath the root, without a leading slash. */
  readonly relative: string;
  /** The status of what is no file. 301: a directory that lacks its final slash; 200: a directory. */
  readonly status: 200 | 301 | 403 | 404;
  identity: Variant | undefined = undefined;
  /** By which exactly the directory that was opened can be read. */
  directory = "";
  /** Undefined: not looked for yet. */
  readonly twins: Partial<Record<Encoding, Variant | false>> = {};

  constructor(folder: StaticFolder, key: string, relative: string, status: 200 | 301 | 403 | 404) {
    super();
    this.folder = folder;
    this.key = key;
    this.relative = relative;
    this.status = status;
  }

  get path(): string {
    return path.join(this.folder.directory, this.relative);
  }
}

export class StaticFolder {
  readonly directory: string;
  readonly #root: Root;
  readonly #settings: Settings;
  readonly #cache: FileCache<StaticFile>;

  constructor(directory: string, settings: Settings) {
    this.#root = new Root(directory, settings.symlinks);
    this.directory = this.#root.directory;
    this.#settings = settings;
    this.#cache = new FileCache(settings.cache, (key) => this.#search(key));
  }

  /** What is kept for a path; held for the caller. Before bytes of it are sent: {@link asItWas}. */
  get(key: string): StaticFile | undefined {
    return this.#cache.get(key);
  }

  /** Looks for a path; held for the caller. @throws the error of the system, as EMFILE or EIO. */
  find(key: string): StaticFile | Promise<StaticFile> {
    return this.asItWas(this.get(key)) ?? this.#cache.find(key);
  }

  /**
   * Undefined, and forgotten, what has been written to in place: its new bytes would go out cut to the old
   * length, and caches would keep them under the old validators. What has been replaced by rename is
   * whole, and stays.
   */
  asItWas(kept: StaticFile | undefined): StaticFile | undefined {
    if (!kept?.identity || isCurrent(kept.identity)) return kept;
    this.forget(kept);
    kept.release();
    return undefined;
  }

  /** Opens no more than it must: for when there are no descriptors left. */
  clear(): void {
    this.#cache.clear();
  }

  forget(file: StaticFile): void {
    this.#cache.forget(file.key, file);
  }

  close(): void {
    this.#cache.close();
    this.#root.close();
  }

  /** The form of `file` that comes first in `codings`; undefined when there is none of them. */
  variant(
    file: StaticFile,
    codings: readonly Coding[],
  ): Variant | undefined | Promise<Variant | undefined> {
    for (let index = 0; index < codings.length; index++) {
      const coding = codings[index]!;
      if (coding === "identity") return file.identity;
      const known = file.twins[coding];
      const isKnown = known === false || (known && isCurrent(known));
      const twin = isKnown ? known : this.#openTwin(file, coding);
      if (twin instanceof Promise) {
        const rest = codings.slice(index + 1);
        return twin.then((found) => found || this.variant(file, rest));
      }
      if (twin) return twin;
    }
    return undefined;
  }

  #search(key: string): StaticFile | Promise<StaticFile> {
    const { dotfiles, index, extensions } = this.#settings;
    const relative = key.slice(1);
    if (dotfiles !== "allow" && hasDotfile(key)) {
      return new StaticFile(this, key, relative, dotfiles === "deny" ? 403 : 404);
    }
    if (key.endsWith("/")) return this.#firstOf(key, [...index.map((name) => relative + name)]);
    if (extensions.length === 0 || path.posix.extname(key) !== "") {
      return this.#firstOf(key, [relative]);
    }
    return this.#firstOf(key, [relative, ...extensions.map((ending) => `${relative}.${ending}`)]);
  }

  #firstOf(key: string, names: readonly string[]): StaticFile | Promise<StaticFile> {
    for (let index = 0; index < names.length; index++) {
      let opened: Opened | Promise<Opened>;
      try {
        opened = this.#root.open(names[index]!);
      } catch (error) {
        if (mayBeElsewhere(error)) continue;
        return this.#refused(key, error);
      }
      if (opened instanceof Promise) return this.#firstLater(key, names.slice(index), opened);
      const found = this.#accept(key, names[index]!, opened);
      if (found) return found;
    }
    return this.#none(key);
  }

  async #firstLater(
    key: string,
    names: readonly string[],
    first: Promise<Opened>,
  ): Promise<StaticFile> {
    let opening: Opened | Promise<Opened> | undefined = first;
    for (const name of names) {
      try {
        const found = this.#accept(key, name, await (opening ?? this.#root.open(name)));
        if (found) return found;
      } catch (error) {
        if (!mayBeElsewhere(error)) return this.#refused(key, error);
      }
      opening = undefined;
    }
    return this.#none(key);
  }

  #accept(key: string, relative: string, opened: Opened): StaticFile | undefined {
    const { stats } = opened;
    if (stats.isFile()) {
      const file = new StaticFile(this, key, relative, 200);
      file.own(opened);
      file.identity = this.#variantOf(relative, opened, undefined);
      return file;
    }
    opened.close();
    const isAsked = relative === key.slice(1);
    return isAsked && stats.isDirectory() ? new StaticFile(this, key, relative, 301) : undefined;
  }

  #refused(key: string, error: unknown): StaticFile {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return new StaticFile(this, key, key.slice(1), 403);
    throw error;
  }

  /** A directory without index is worth knowing only if it can be listed. */
  #none(key: string): StaticFile | Promise<StaticFile> {
    const miss = new StaticFile(this, key, key.slice(1), 404);
    if (!this.#settings.listing || !key.endsWith("/")) return miss;
    const relative = key.slice(1, -1);
    const accept = (opened: Opened): StaticFile => {
      if (!opened.stats.isDirectory()) {
        opened.close();
        return miss;
      }
      const listed = new StaticFile(this, key, relative, 200);
      listed.own(opened);
      const isLinux = process.platform === "linux";
      listed.directory = isLinux ? `/proc/self/fd/${opened.fd}` : listed.path;
      return listed;
    };
    const refuse = (error: unknown): StaticFile =>
      mayBeElsewhere(error) ? miss : this.#refused(key, error);
    try {
      const opened = this.#root.open(relative);
      return opened instanceof Promise ? opened.then(accept, refuse) : accept(opened);
    } catch (error) {
      return refuse(error);
    }
  }

  #openTwin(file: StaticFile, encoding: Encoding): Variant | false | Promise<Variant | false> {
    const name = file.relative + twinSuffix[encoding];
    const accept = (opened: Opened): Variant | false => {
      const isTwin = opened.stats.isFile();
      if (isTwin) file.own(opened);
      else opened.close();
      return (file.twins[encoding] = isTwin && this.#variantOf(name, opened, encoding));
    };
    const refuse = (error: unknown): false => {
      // One that may not be read is as good as none: there is the file itself.
      if (!mayBeElsewhere(error)) this.#refused(file.key, error);
      return (file.twins[encoding] = false);
    };
    try {
      const opened = this.#root.open(name);
      return opened instanceof Promise ? opened.then(accept, refuse) : accept(opened);
    } catch (error) {
      return refuse(error);
    }
  }

  #variantOf(relative: string, opened: Opened, encoding: Encoding | undefined): Variant {
    const { acceptRanges, cacheControl, lastModified, encodings, etag, accel } = this.#settings;
    const { fd, stats } = opened;
    const headers: [string, string][] = [];
    const add = (name: string, value: string | undefined): string | undefined => {
      if (value !== undefined) headers.push([name, value]);
      return value;
    };
    // The proxy that has the file says when it was changed, and which parts it sends.
    const isOurs = accel === undefined;
    if (isOurs && acceptRanges) add("Accept-Ranges", "bytes");
    add("Cache-Control", cacheControl);
    const date =
      isOurs && lastModified ? add("Last-Modified", stats.mtime.toUTCString()) : undefined;
    const tag = isOurs && etag ? add("ETag", etagOf(stats, etag, encoding)) : undefined;
    if (encodings.length > 0) add("Vary", "Accept-Encoding");
    const validatorCount = headers.length;
    // Of the file, not of its twin: that is what comes out of it.
    const end = encoding ? -twinSuffix[encoding].length : undefined;
    add("Content-Type", contentTypeOf(relative.slice(0, end)) ?? "application/octet-stream");
    add("Content-Encoding", encoding);
    const body = { fd, device: stats.dev, offset: 0, count: stats.size };
    const validators = { etag: tag, lastModified: date };
    const prepared = new PreparedHeaders(headers);
    return { relative, encoding, stats, ...validators, headers: prepared, validatorCount, body };
  }
}

function isCurrent({ body, stats }: Variant): boolean {
  return isUnchanged(body.fd, stats);
}

/** Two forms of a file may have one size and time, but must not share a tag: RFC 9110 §8.8.3.3. */
function etagOf(stats: Stats, kind: true | "strong", encoding: Encoding | undefined): string {
  const tag = kind === "strong" ? strongEtag(stats) : weakEtag(stats);
  return encoding ? `${tag.slice(0, -1)}-${encoding}"` : tag;
}

/** There is nothing of this name, or nothing that may be known of. */
function mayBeElsewhere(error: unknown): boolean {
  return absent.has((error as NodeJS.ErrnoException).code);
}

const absent: ReadonlySet<string | undefined> = new Set([
  ...["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EXDEV", "ENXIO"],
]);
