/**
 * A directory whose files are handed out, and no others. The kernel keeps a path inside while it
 * follows it, link by link: openat2(2) with RESOLVE_BENEATH leaves nothing between check and use.
 *
 *     open(relative)
 *       `..`, an absolute path, NUL ──▶ refused before any system call
 *       at once     where the directory's file system is local and the path is in memory
 *       off-thread  otherwise; across mounts; and where a link seems to leave (EXDEV): what it leads
 *                   to must lie below the directory, and is opened by a path without links
 *       openChecked (checkedOpen.ts) where there is no openat2
 *
 * Hard links and mounts below the directory are inside. FIFOs, sockets and devices are not opened:
 * ENXIO.
 */
import { constants } from "node:os";
import path from "node:path";
import { nativeAddon } from "../../native/binding.ts";
import { systemError } from "../../native/systemError.ts";
import { checkText } from "../../os/arguments.ts";
import { callOffThread } from "../../os/call.ts";
import { madeDescriptorAsync } from "../../os/descriptor.ts";
import { openChecked, pathBelow, realPath } from "./checkedOpen.ts";
import type { Symlinks } from "./checkedOpen.ts";
import { HeldDirectory } from "./heldDirectory.ts";
import { openAtOnce, openedAs, resolve } from "./opened.ts";
import type { Opened } from "./opened.ts";

const rules: Readonly<Record<Symlinks, number>> = {
  inside: resolve.beneath | resolve.noMagicLinks,
  follow: 0,
  never: resolve.beneath | resolve.noMagicLinks | resolve.noSymlinks,
};

const { EINVAL, ENOENT, ENOSYS, EPERM, EXDEV } = constants.errno;
const climbing = /(?:^|[/\\])\.\.(?:[/\\]|$)/;
/** A rename anywhere makes the kernel give up on a `..` of a link: EAGAIN, openat2(2). */
const mostAttempts = 100;

export class Root {
  /** Absolute. */
  readonly directory: string;
  readonly #symlinks: Symlinks;
  readonly #rules: number;
  readonly #held: HeldDirectory | undefined;
  readonly #isQuick: boolean;

  /** Waits for the disk, as a program that starts may. @throws {ValueError} when it is no directory. */
  constructor(directory: string, symlinks: Symlinks) {
    this.directory = path.resolve(directory);
    this.#symlinks = symlinks;
    this.#rules = rules[symlinks];
    const ability = kernelAbility();
    this.#isQuick = ability === "at once";
    const held = new HeldDirectory(this.directory);
    this.#held = ability === "none" ? undefined : held;
  }

  /**
   * Opens a file or a directory; `""` is the root itself. `relative` is decoded and normalised.
   *
   * @throws {OSError} at once or as a rejection: ENOENT, ENOTDIR, EACCES, ENAMETOOLONG; EXDEV for what
   *   lies outside; ELOOP for links that may not be followed, or in circles; ENXIO for what is neither
   *   file nor directory.
   */
  open(relative: string): Opened | Promise<Opened> {
    checkInside(relative);
    const held = this.#held;
    if (!held) return openChecked(this.directory, relative, this.#symlinks);
    const directory = this.#isQuick ? held.atOnce() : undefined;
    const opened = directory?.isLocal && this.#openAtOnce(directory.fd, relative);
    return opened || this.#openOffThread(held, relative);
  }

  /** Gives up the directory's descriptor, which is there for a second after each use only. */
  close(): void {
    this.#held?.letGo();
  }

  /** Undefined too where a link or a mount has to be looked at more closely. */
  #openAtOnce(directoryFd: number, relative: string): Opened | undefined {
    try {
      return openAtOnce(relative || ".", directoryFd, this.#rules | resolve.noXdev);
    } catch (error) {
      if (codeOf(error) === "EXDEV") return undefined;
      throw error;
    }
  }

  async #openOffThread(held: HeldDirectory, relative: string): Promise<Opened> {
    try {
      return await openBelow(held, relative, this.#rules);
    } catch (error) {
      if (codeOf(error) !== "EXDEV" || this.#symlinks !== "inside") throw error;
    }
    const root = await realPath(this.directory);
    const end = pathBelow(root, await realPath(path.join(root, relative)));
    if (end === undefined) throw outside();
    return openBelow(held, end, rules.never);
  }
}

async function openBelow(held: HeldDirectory, relative: string, how: number): Promise<Opened> {
  const text = [checkText("open a file", "path", relative || ".")];
  for (let attempt = 1; ; attempt++) {
    const { fd: directoryFd } = await held.offThread();
    try {
      const fd = await madeDescriptorAsync((place) =>
        callOffThread("openFile", directoryFd, text, how, place),
      );
      return await openedAs(fd);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN" || attempt === mostAttempts) throw error;
    }
  }
}

/** Whoever normalises paths has done so: this is for those who have not. */
function checkInside(relative: string): void {
  if (relative.includes("\0")) throw systemError(-ENOENT, "openat2");
  if (relative.startsWith("/") || (relative.includes("..") && climbing.test(relative))) {
    throw outside();
  }
}

function outside(): Error {
  return systemError(-EXDEV, "openat2");
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}

type Ability = "at once" | "off-thread" | "none";

let ability: Ability | undefined;

/** Tried once, because no version says what a seccomp filter allows. */
function kernelAbility(): Ability {
  ability ??= tryKernel();
  return ability;
}

function tryKernel(): Ability {
  const addon = nativeAddon();
  if (!addon) return "none";
  const result = addon.openQuickly(-1, "/", 0);
  if (result >= 0) addon.closeQuickly(result);
  if (result === -ENOSYS || result === -EPERM) return "none"; // before Linux 5.6
  return result === -EINVAL ? "off-thread" : "at once"; // before 5.12
}
