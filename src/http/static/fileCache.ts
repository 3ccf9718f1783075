/**
 * What has been found for the paths of one root, kept for a moment: files that are open, and answers
 * that there is none.
 *
 *     find(key) ── kept, and younger than maxStaleMs ──▶ held
 *         └─────── otherwise: search, once for everybody who asks meanwhile ──▶ kept, held
 *
 * A finding is closed when nobody holds it and it is no longer kept: descriptors that a transfer uses
 * outlive their eviction. When nobody asks any more a timer lets go of everything; it keeps no process
 * alive.
 */
export interface CacheLimits {
  /** How old what is served may be. */
  readonly maxStaleMs: number;
  /** Descriptors at most; the least recently used are closed. As many misses are kept beside them. */
  readonly maxFiles: number;
}

/** Names that are not there cost whoever asks for them nothing, so they are bounded in any case. */
const mostMisses = 10_000;

/** What can be given back. */
export interface Closable {
  close(): void;
}

/** Something found, and the descriptors that belong to it. Held by whoever found it, at first. */
export class Finding {
  holders = 1;
  /** By `performance.now()`: when the search for it began. */
  since = 0;
  /** Since eviction has last come by. */
  wasUsed = true;
  /** Who keeps it, and counts its descriptors. */
  keeper: { grown(): void } | undefined = undefined;
  readonly #owned: Closable[] = [];

  get fileCount(): number {
    return this.#owned.length;
  }

  /** Closes `file` when it is closed itself. */
  own(file: Closable): void {
    this.#owned.push(file);
    this.keeper?.grown();
  }

  /** Ends one hold. */
  release(): void {
    this.holders--;
    this.closeUnused();
  }

  closeUnused(): void {
    if (this.holders > 0 || this.keeper) return;
    for (const file of this.#owned.splice(0)) file.close();
  }
}

interface Search<Found> {
  waiting: number;
  readonly result: Promise<Found>;
}

/** Names longer than this are no names of files, and not worth their memory. */
const longestMiss = 1024;

export class FileCache<Found extends Finding> {
  readonly #limits: CacheLimits | undefined;
  readonly #search: (key: string) => Found | Promise<Found>;
  readonly #files = new Map<string, Found>();
  readonly #misses = new Map<string, Found>();
  readonly #searches = new Map<string, Search<Found>>();
  #fileCount = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isClosed = false;

  /** Without limits nothing is kept. */
  constructor(limits: CacheLimits | undefined, search: (key: string) => Found | Promise<Found>) {
    this.#limits = limits;
    this.#search = search;
  }

  /** What is kept for `key`, if it is young enough; held for the caller. */
  get(key: string): Found | undefined {
    if (!this.#limits) return undefined;
    const found = this.#files.get(key) ?? this.#misses.get(key);
    if (!found) return undefined;
    if (performance.now() - found.since >= this.#limits.maxStaleMs) {
      this.#drop(key, found);
      return undefined;
    }
    found.wasUsed = true;
    found.holders++;
    return found;
  }

  /** Searches, as {@link get} has found nothing; held for the caller. */
  find(key: string): Found | Promise<Found> {
    const started = this.#searches.get(key);
    if (started) {
      started.waiting++;
      return started.result;
    }
    const since = performance.now();
    const found = this.#search(key);
    if (!(found instanceof Promise)) return this.#keep(key, found, since);
    if (!this.#limits) return found;
    const search: Search<Found> = {
      waiting: 1,
      result: found.then(
        (late) => {
          this.#searches.delete(key);
          late.holders = search.waiting;
          return this.#keep(key, late, since);
        },
        (error: unknown) => {
          this.#searches.delete(key);
          throw error;
        },
      ),
    };
    this.#searches.set(key, search);
    return search.result;
  }

  /** Lets go of everything: what is held is closed when it is released. */
  clear(): void {
    for (const kept of [this.#files, this.#misses]) {
      for (const [key, found] of kept) this.#drop(key, found);
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** {@link clear}, for ever: from now on nothing is kept. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  /** One of the findings has come to own another descriptor. */
  grown(): void {
    this.#fileCount++;
    this.#evict();
  }

  /** Does not serve `found` again: it is known to be out of date. */
  forget(key: string, found: Found): void {
    if (found.keeper) this.#drop(key, found);
  }

  #keep(key: string, found: Found, since: number): Found {
    if (!this.#limits || this.#isClosed) return found;
    found.since = since;
    const isMiss = found.fileCount === 0;
    if (isMiss && key.length > longestMiss) return found;
    const before = this.#files.get(key) ?? this.#misses.get(key);
    if (before) this.#drop(key, before);
    found.keeper = this;
    (isMiss ? this.#misses : this.#files).set(key, found);
    this.#fileCount += found.fileCount;
    this.#evict();
    this.#timer ??= setTimeout(() => this.#sweep(), this.#limits.maxStaleMs).unref();
    return found;
  }

  #drop(key: string, found: Found): void {
    if (this.#files.get(key) === found) this.#files.delete(key);
    else if (this.#misses.get(key) === found) this.#misses.delete(key);
    this.#fileCount -= found.fileCount;
    found.keeper = undefined;
    found.closeUnused();
  }

  /** Second chance: whoever was used since the last time goes to the end of the queue once. */
  #evict(): void {
    const { maxFiles } = this.#limits!;
    for (const [key, found] of this.#files) {
      if (this.#fileCount <= maxFiles) break;
      if (found.wasUsed) {
        found.wasUsed = false;
        this.#files.delete(key);
        this.#files.set(key, found);
      } else {
        this.#drop(key, found);
      }
    }
    for (const [key, found] of this.#misses) {
      if (this.#misses.size <= Math.min(maxFiles, mostMisses)) break;
      this.#drop(key, found);
    }
  }

  #sweep(): void {
    const { maxStaleMs } = this.#limits!;
    const now = performance.now();
    for (const kept of [this.#files, this.#misses]) {
      for (const [key, found] of kept) {
        if (now - found.since >= maxStaleMs) this.#drop(key, found);
      }
    }
    const isEmpty = this.#files.size + this.#misses.size === 0;
    this.#timer = isEmpty ? undefined : setTimeout(() => this.#sweep(), maxStaleMs).unref();
  }
}
