/**
 * Finds a file for {@link send}: one that is open, so that status and bytes are of the same file
 * whatever happens to its name. At once where its path is in memory and leads to a local disk; otherwise
 * off-thread. Links are followed wherever they lead, as npm `send` does.
 */
import fs from "node:fs";
import type { Stats } from "node:fs";
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";
import { nativeAddon } from "../../native/binding.ts";
import { callOffThread } from "../../os/call.ts";
import { openOffThread, openedQuickly } from "../files/opened.ts";
import type { Opened } from "../files/opened.ts";
import { statError } from "./sendError.ts";

export interface Found {
  readonly stats: Stats;
  /** Undefined when it is there but cannot be opened. */
  readonly opened: Opened | undefined;
}

/** One of both is undefined. The error is that of `fs.stat`. */
export type OnFound = (error: NodeJS.ErrnoException | undefined, found: Found | undefined) => void;

/**
 * `done` is called after everything that is to happen now has happened: who calls `send` may still add
 * listeners and headers.
 */
export function find(file: string, done: OnFound): void {
  setImmediate(findNow, file, done);
}

function findNow(file: string, done: OnFound): void {
  const addon = nativeAddon();
  const fd = addon?.openLocalQuickly(file) ?? -constants.errno.EAGAIN;
  if (isMissing(fd)) {
    done(missing(fd, file), undefined);
    return;
  }
  const opened = addon && fd >= 0 ? openedQuickly(addon, fd) : undefined;
  if (opened) done(undefined, { stats: opened.stats, opened });
  else findOffThread(file, done);
}

function findOffThread(file: string, done: OnFound): void {
  openOffThread(file).then(
    (opened) => process.nextTick(foundOffThread, opened, done),
    (error: NodeJS.ErrnoException) => process.nextTick(whyNot, error, file, done),
  );
}

function foundOffThread(opened: Opened, done: OnFound): void {
  learn(opened);
  done(undefined, { stats: opened.stats, opened });
}

/** So that the next file of this file system is opened at once, if it is local. */
function learn({ fd, stats }: Opened): void {
  if (nativeAddon()?.knownStorage(stats.dev) !== 0) return;
  callOffThread("findStorage", fd).catch(() => {}); // then the next one asks again
}

/** Not there; or there, and whoever reads it will be told why it cannot be opened. */
function whyNot({ errno = 0 }: NodeJS.ErrnoException, file: string, done: OnFound): void {
  if (isMissing(errno)) {
    done(missing(errno, file), undefined);
    return;
  }
  fs.stat(file, (error, stats) => {
    if (error) done(error, undefined);
    else done(undefined, { stats, opened: undefined });
  });
}

/** What stat(2) would have answered too. */
function isMissing(result: number): boolean {
  return result === -constants.errno.ENOENT || result === -constants.errno.ENOTDIR;
}

function missing(errno: number, file: string): NodeJS.ErrnoException {
  const [code = "", text = ""] = getSystemErrorMap().get(errno) ?? [];
  return statError({ errno, code }, text, file);
}
