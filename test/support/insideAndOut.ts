/** A directory to be served, full of ways that seem to lead out of it, and of some that do. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";

/** What no answer may hold. */
export const secret = "TOP SECRET";

export interface Place {
  readonly root: string;
  /** Beside the root, which it has as the beginning of its name. */
  readonly outside: string;
}

export type Symlinks = "inside" | "follow" | "never";

/** What may be read at a path, or the error, if symbolic links may lead … */
export type Expected = Readonly<Record<Symlinks, string>>;

const always = (what: string): Expected => ({ inside: what, follow: what, never: what });
const link = (inside: string, follow: string): Expected => ({ inside, follow, never: "ELOOP" });

/** By path below the root; `"directory"` for a directory. */
export const expected: Readonly<Record<string, Expected>> = {
  "": always("directory"),
  file: always("the file"),
  "sub/file": always("below"),
  "sub/": always("directory"),
  "sub//file": always("below"),
  "./sub/./file": always("below"),
  "..file": always("two dots"),
  "sub/...": always("three dots"),
  "back\\slash": always("backslash"),
  "%2e%2e": always("encoded dots"),
  hard: always(secret), // a hard link is a file of the directory: whoever may make one decides
  missing: always("ENOENT"),
  "missing/file": always("ENOENT"),
  "file/": always("ENOTDIR"),
  "file/file": always("ENOTDIR"),
  ["long".repeat(64)]: always("ENAMETOOLONG"),
  "nul\0": always("ENOENT"),
  "file\0.txt": always("ENOENT"),
  // Out by the path itself.
  "..": always("EXDEV"),
  "../outside/secret": always("EXDEV"),
  "sub/../../outside/secret": always("EXDEV"),
  "sub/..": always("EXDEV"),
  "..\\outside\\secret": always("EXDEV"),
  "/etc/passwd": always("EXDEV"),
  "//etc/passwd": always("EXDEV"),
  // Links that stay, or come back.
  "to-file": link("the file", "the file"),
  "to-sub/file": link("below", "below"),
  "to-absolute": link("the file", "the file"),
  "to-absolute-sub/file": link("below", "below"),
  "out-and-back": link("the file", "the file"),
  "sub/up": link("the file", "the file"),
  chain: link("the file", "the file"),
  "to-root/file": link("the file", "the file"),
  // Links that leave.
  "to-outside": link("EXDEV", secret),
  "to-outside-absolute": link("EXDEV", secret),
  "to-outside-folder": link("EXDEV", "directory"),
  "to-outside-folder/secret": link("EXDEV", secret),
  "to-outside-folder/missing": link("ENOENT", "ENOENT"),
  "chain-out": link("EXDEV", secret),
  "to-parent/outside/secret": link("EXDEV", secret),
  "to-sibling-prefix": link("EXDEV", secret),
  // Links that lead nowhere.
  loop: link("ELOOP", "ELOOP"),
  dangling: link("ENOENT", "ENOENT"),
  "dangling-outside": link("ENOENT", "ENOENT"),
  "magic-root": link("EXDEV", secret),
  // What is no file.
  fifo: always("ENXIO"),
  socket: always("ENXIO"),
  "to-null": link("EXDEV", "ENXIO"),
  "to-terminal": link("EXDEV", "ENXIO"),
};

/** All of it, gone after the test. */
export async function makePlace(): Promise<Place> {
  const top = fs.realpathSync(temporaryFolder());
  const [root, outside] = [path.join(top, "root"), path.join(top, "outside")];
  const sibling = `${root}-and-more`;
  for (const folder of [root, path.join(root, "sub"), outside, sibling]) fs.mkdirSync(folder);
  const files = {
    "root/file": "the file",
    "root/sub/file": "below",
    "root/sub/...": "three dots",
    "root/..file": "two dots",
    "root/back\\slash": "backslash",
    "root/%2e%2e": "encoded dots",
    "outside/secret": secret,
    "root-and-more/secret": secret,
  };
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(top, file), text);
  fs.linkSync(path.join(outside, "secret"), path.join(root, "hard"));
  const links = {
    "to-file": "file",
    "to-sub": "sub",
    "to-absolute": path.join(root, "file"),
    "to-absolute-sub": path.join(root, "sub"),
    "out-and-back": "../root/file",
    "sub/up": "../file",
    chain: "to-absolute",
    "to-root": root,
    "to-outside": "../outside/secret",
    "to-outside-absolute": path.join(outside, "secret"),
    "to-outside-folder": "../outside",
    "chain-out": "to-outside",
    "to-parent": "..",
    "to-sibling-prefix": path.join(sibling, "secret"),
    loop: "loop",
    dangling: "nowhere",
    "dangling-outside": "../outside/nowhere",
    "magic-root": `/proc/self/root${outside}/secret`,
    "to-null": "/dev/null",
    "to-terminal": "/dev/tty",
  };
  for (const [name, target] of Object.entries(links)) {
    fs.symlinkSync(target, path.join(root, name));
  }
  execFileSync("mkfifo", [path.join(root, "fifo")]);
  const server = net.createServer().listen(path.join(root, "socket"));
  later(() => new Promise((closed) => server.close(closed)));
  await once(server, "listening");
  return { root, outside };
}
