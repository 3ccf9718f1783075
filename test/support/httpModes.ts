/**
 * `zerocopy/http` twice in one process: with the kernel path for bodies of any size
 * (ZEROCOPY_THRESHOLD=0), and as it is without the addon. What was counted proves that each suite ran
 * as it says.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect } from "vitest";
import type * as zerocopyHttp from "zerocopy/http";
import type * as zerocopyOs from "zerocopy/os";

export type HttpModule = typeof zerocopyHttp;

export interface HttpMode {
  readonly name: string;
  readonly isNative: boolean;
  readonly http: HttpModule;
}

const repository = path.resolve(import.meta.dirname, "../..");
const switchedOff = "ZEROCOPY_DISABLE_NATIVE=1 is set";

export const nativeHttp: HttpMode = {
  name: "natively",
  isNative: true,
  http: await withEnvironment("ZEROCOPY_THRESHOLD", "0", () => import("zerocopy/http")),
};

export const fallbackHttp: HttpMode = {
  name: "without the addon",
  isNative: false,
  http: await withEnvironment("ZEROCOPY_DISABLE_NATIVE", "1", loadCopy),
};

/** Declares `tests` for both modes. All bodies that they send must take the path of the mode. */
export function describeHttpModes(tests: (mode: HttpMode) => void): void {
  for (const mode of [nativeHttp, fallbackHttp]) {
    describe(mode.name, () => {
      skipWithoutAddon(mode);
      tests(mode);
      afterAll(() => {
        const { paths, reasons } = mode.http.bodyCounts();
        if (Object.keys(paths).length === 0) return; // no test that sends was chosen, or could run
        expect(Object.keys(paths)).toEqual([mode.isNative ? "sendfile" : "read-write"]);
        expect(Object.keys(reasons)).toEqual(mode.isNative ? [] : [switchedOff]);
      });
    });
  }
}

/** Declares tests of what only the kernel path does. */
export function describeNativeHttp(name: string, tests: (mode: HttpMode) => void): void {
  describe(name, () => {
    skipWithoutAddon(nativeHttp);
    tests(nativeHttp);
  });
}

function skipWithoutAddon({ isNative }: HttpMode): void {
  const missing = isNative ? whyMissing : undefined;
  if (missing) beforeEach((context) => context.skip(missing));
}

const whyMissing = await (async () => {
  const { sendfile } = await import("zerocopy/os");
  return whySwitchedOff({ sendfile });
})();

function whySwitchedOff({ sendfile }: Pick<typeof zerocopyOs, "sendfile">): string | undefined {
  try {
    sendfile(-1, -1, 0, 0);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_NOT_SUPPORTED") return message;
  }
  return undefined;
}

/** A copy of dist has modules, and so a state, of its own; the switch is read at its first use. */
async function loadCopy(): Promise<HttpModule> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-fallback-"));
  for (const name of ["dist", "package.json"]) {
    fs.cpSync(path.join(repository, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  const load = (file: string): Promise<unknown> =>
    import(pathToFileURL(path.join(folder, "dist", file)).href);
  const copy = (await load("http/index.js")) as HttpModule;
  const missing = whySwitchedOff((await load("os/index.js")) as typeof zerocopyOs);
  fs.rmSync(folder, { recursive: true }); // all of it is loaded; the process may not end in peace
  if (!missing?.includes(switchedOff)) throw new Error(`${switchedOff}, and did not switch off`);
  return copy;
}

async function withEnvironment<T>(name: string, value: string, run: () => Promise<T>): Promise<T> {
  process.env[name] = value;
  try {
    return await run();
  } finally {
    delete process.env[name];
  }
}
