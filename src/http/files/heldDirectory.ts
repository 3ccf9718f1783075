/**
 * A directory by its path, kept open for a second after it was looked up: then it is looked up again,
 * so that a deploy that puts another in its place is seen, and an idle server keeps none from being
 * unmounted.
 */
import fs from "node:fs";
import { ValueError } from "../../core/errors.ts";
import { nativeAddon } from "../../native/binding.ts";
import { call, callOffThread } from "../../os/call.ts";
import { offThread } from "./offThread.ts";
import { openAtOnce, openedAs } from "./opened.ts";
import type { Opened } from "./opened.ts";

export interface Directory {
  readonly fd: number;
  /** Whether paths on its file system may be followed without leaving the thread. */
  readonly isLocal: boolean;
}

const heldForMs = 1000;
/** A result of `findStorage`. */
const localStorage = 1;
/** Of open(2), not in `fs.constants`: no right to list the directory is needed. */
const oPath = 0o10000000;
const openFlags = oPath | (fs.constants.O_DIRECTORY ?? 0);

export class HeldDirectory {
  readonly #path: string;
  /** Where it was last; 0 without the addon, which alone could look there at once. */
  #device = 0;
  #directory: Directory | undefined;
  #opened: Opened | undefined;
  #opening: Promise<Directory> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Waits for the disk. @throws {ValueError} when there is no directory. */
  constructor(directory: string) {
    this.#path = directory;
    checkDirectory(directory);
    if (!nativeAddon()) return;
    const fd = fs.openSync(directory, openFlags);
    try {
      this.#device = fs.fstatSync(fd).dev;
      call("findStorage", fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Undefined when that could have to wait, or fails: {@link offThread} says why. */
  atOnce(): Directory | undefined {
    return this.#directory ?? this.#openAtOnce();
  }

  /** Use the descriptor before anything else is awaited. @throws the error of `open`. */
  offThread(): Directory | Promise<Directory> {
    if (this.#directory) return this.#directory;
    this.#opening ??= this.#openOffThread().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  letGo(): void {
    clearTimeout(this.#timer);
    this.#opened?.close();
    this.#opened = undefined;
    this.#directory = undefined;
  }

  #openAtOnce(): Directory | undefined {
    if (nativeAddon()?.knownStorage(this.#device) !== localStorage) return undefined;
    let opened: Opened | undefined;
    try {
      opened = openAtOnce(this.#path);
    } catch {
      return undefined;
    }
    if (!opened) return undefined;
    if (opened.stats.isDirectory() && opened.stats.dev === this.#device) {
      return this.#hold(opened, true);
    }
    opened.close();
    return undefined;
  }

  async #openOffThread(): Promise<Directory> {
    const fd = await offThread<number>((done) => fs.open(this.#path, openFlags, done));
    const opened = await openedAs(fd);
    try {
      const isLocal = (await callOffThread("findStorage", fd)) === localStorage;
      return this.#hold(opened, isLocal);
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  #hold(opened: Opened, isLocal: boolean): Directory {
    this.letGo();
    this.#opened = opened;
    this.#device = opened.stats.dev;
    this.#directory = { fd: opened.fd, isLocal };
    this.#timer = setTimeout(() => this.letGo(), heldForMs).unref();
    return this.#directory;
  }
}

function checkDirectory(directory: string): void {
  let found: string | undefined = "a file";
  try {
    if (fs.statSync(directory).isDirectory()) found = undefined;
  } catch (error) {
    found = (error as Error).message;
  }
  if (found === undefined) return;
  throw new ValueError(`Cannot serve files of ${directory}: wanted a directory, found ${found}`);
}
