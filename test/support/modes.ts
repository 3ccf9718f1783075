/**
 * The package twice in one process: as installed, and as it is without the native addon. A test that
 * runs over both proves the path by the result's `path`.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe } from "vitest";
import * as zerocopy from "zerocopy";
import * as zerocopyFs from "zerocopy/fs";
import * as zerocopyNet from "zerocopy/net";
import type { TransferPath } from "zerocopy/net";
import * as zerocopyOs from "zerocopy/os";

export interface Mode {
  readonly name: string;
  readonly path: TransferPath;
  /** Of what leaves a socket. */
  readonly relayPath: TransferPath;
  /** Per byte. */
  readonly copies: number;
  readonly sendFile: typeof zerocopyNet.sendFile;
  readonly relay: typeof zerocopyNet.relay;
  readonly saveTo: typeof zerocopyNet.saveTo;
  readonly writeViews: typeof zerocopyNet.writeViews;
  readonly receiver: typeof zerocopyNet.receiver;
  readonly connect: typeof zerocopyNet.connect;
  readonly createServer: typeof zerocopyNet.createServer;
  readonly os: typeof zerocopyOs;
  readonly fs: typeof zerocopyFs;
  /** Classes of memory, which each package has for itself. */
  readonly memory: typeof zerocopy;
}

export const native: Mode = {
  name: "natively",
  path: "sendfile",
  relayPath: "splice",
  copies: 0,
  ...zerocopyNet,
  os: zerocopyOs,
  fs: zerocopyFs,
  memory: zerocopy,
};

export const fallback: Mode = await loadFallback();

/** Declares `tests` for both modes. */
export function describeModes(tests: (mode: Mode) => void): void {
  describe(native.name, () => {
    skipWithoutAddon();
    tests(native);
  });
  describe(fallback.name, () => tests(fallback));
}

/** Declares tests of what only the kernel paths do. */
export function describeNative(name: string, tests: () => void): void {
  describe(name, () => {
    skipWithoutAddon();
    tests();
  });
}

function skipWithoutAddon(): void {
  const missing = whyUnsupported(native);
  if (missing) beforeEach((context) => context.skip(missing));
}

/** A copy of dist has modules, and so a state, of its own; the switch is read at its first use. */
async function loadFallback(): Promise<Mode> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-fallback-"));
  const root = path.resolve(import.meta.dirname, "../..");
  for (const name of ["dist", "package.json"]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const load = (file: string): Promise<unknown> =>
    import(pathToFileURL(path.join(folder, "dist", file)).href);
  const mode: Mode = {
    name: "without the addon",
    path: "read-write",
    relayPath: "read-write",
    copies: 2,
    ...((await load("net/index.js")) as typeof zerocopyNet),
    os: (await load("os/index.js")) as typeof zerocopyOs,
    fs: (await load("fs/index.js")) as typeof zerocopyFs,
    memory: (await load("index.js")) as typeof zerocopy,
  };
  fs.rmSync(folder, { recursive: true }); // all of it is loaded; the process may not end in peace
  process.env["ZEROCOPY_DISABLE_NATIVE"] = "1";
  const missing = whyUnsupported(mode);
  delete process.env["ZEROCOPY_DISABLE_NATIVE"];
  if (!missing) throw new Error("ZEROCOPY_DISABLE_NATIVE=1 did not switch the addon off");
  return mode;
}

function whyUnsupported(mode: Mode): string | undefined {
  try {
    mode.os.sendfile(-1, -1, 0, 0);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_NOT_SUPPORTED") return message;
  }
  return undefined;
}
