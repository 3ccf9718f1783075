/**
 * Finds a file for {@link send}: one that is open, so that status and bytes are of the same file
 * whatever happens to its name. At once where its folder is known to be on a local disk, and its path in
 * memory; otherwise off-thread. Links are followed wherever they lead, as npm `send` does.
 */
import fs from "node:fs";
import type { Stats } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { getSystemErrorMap } from "node:util";
import { nativeAddon } from "../native/binding.ts";
import { callOffThread } from "../os/call.ts";
import { openAtOnce, openOffThread } from "./opened.ts";
import type { Opened } from "./opened.ts";
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
  const folder = path.dirname(file);
  let opened: Opened | undefined;
  try {
    if (isNear(folder)) opened = openAtOnce(file);
  } catch (error) {
    whyNot(error as NodeJS.ErrnoException, file, done);
    return;
  }
  if (opened) {
    checkNear(folder, opened);
    done(undefined, { stats: opened.stats, opened });
  } else {
    findOffThread(file, folder, done);
  }
}

function findOffThread(file: string, folder: string, done: OnFound): void {
  openOffThread(file)
    .then((opened) => learn(folder, opened))
    .then(
      (opened) => process.nextTick(done, undefined, { stats: opened.stats, opened }),
      (error: NodeJS.ErrnoException) => process.nextTick(whyNot, error, file, done),
    );
}

/** Not there; or there, and whoever reads it will be told why it cannot be opened. */
function whyNot({ code, errno }: NodeJS.ErrnoException, file: string, done: OnFound): void {
  if (errno === -constants.errno.ENOENT || errno === -constants.errno.ENOTDIR) {
    const [, text = ""] = getSystemErrorMap().get(errno) ?? [];
    done(statError({ errno, code: code! }, text, file), undefined);
    return;
  }
  fs.stat(file, (error, stats) => {
    if (error) done(error, undefined);
    else done(undefined, { stats, opened: undefined });
  });
}

/** A result of `findStorage`. */
const localStorage = 1;
const mostFolders = 1000;

/** The devices of folders in which files were found; 0: not only on local disks. */
const deviceOf = new Map<string, number>();

function isNear(folder: string): boolean {
  const device = deviceOf.get(folder);
  return device ? nativeAddon()?.knownStorage(device) === localStorage : false;
}

/** A link, or a mount, has led elsewhere: looking for the next one might wait for a server. */
function checkNear(folder: string, { stats: { dev } }: Opened): void {
  if (dev === deviceOf.get(folder)) return;
  if (nativeAddon()?.knownStorage(dev) !== localStorage) deviceOf.set(folder, 0);
}

async function learn(folder: string, opened: Opened): Promise<Opened> {
  const { fd, stats } = opened;
  const addon = nativeAddon();
  if (!addon || deviceOf.get(folder) === 0) return opened;
  let storage = addon.knownStorage(stats.dev);
  try {
    if (storage === 0) storage = await callOffThread("findStorage", fd);
  } catch {
    return opened; // no descriptor is free, for example: then the next one finds out
  }
  if (deviceOf.size >= mostFolders) deviceOf.clear();
  deviceOf.set(folder, storage === localStorage ? stats.dev : 0);
  return opened;
}
