/** Entity tags of files, RFC 9110 §8.8.3, from size and time of modification. */

/** Of `fs.Stats`. */
export interface Versioned {
  readonly size: number;
  readonly mtime: Date;
}

export interface Changed extends Versioned {
  readonly ctimeMs: number;
}

/** As npm `etag` makes it, so that caches stay valid when one server takes the place of the other. */
export function weakEtag({ size, mtime }: Versioned): string {
  return `W/"${size.toString(16)}-${mtime.getTime().toString(16)}"`;
}

/** The coarsest clock of a file system in use, FAT's; ext3 and HFS+ have one second. */
const clockMs = 2000;

/**
 * Strong once two versions cannot share the tag, weak before: a file that was changed within one tick
 * of its file system's clock could change again and have the same times and size, and a client would
 * join the halves of two versions by If-Range. `ctime`, which no program can set, says when the last
 * change was, even where `mtime` was set back (`cp -p`, `rsync -t`).
 *
 * What remains, as for every tag that is not a hash: a change of equal size whose `mtime` is then set
 * to that of the version before it, and stores into a mapping, which the kernel may date later.
 */
export function strongEtag(stats: Changed, nowMs: number = Date.now()): string {
  const tag = weakEtag(stats);
  const lastChangeMs = Math.max(stats.ctimeMs, stats.mtime.getTime());
  return nowMs - lastChangeMs >= clockMs ? tag.slice(2) : tag;
}
