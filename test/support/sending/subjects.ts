/**
 * npm `send`, ours with the kernel sending every body, and ours without the addon: in one process, each
 * behind a server of its own. What one request does to each is compared.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as zerocopyHttp from "zerocopy/http";

export type Send = typeof zerocopyHttp.send;

export interface Subject {
  readonly name: string;
  readonly send: Send;
  /** Undefined for npm's, which counts nothing. */
  readonly bodyCounts: typeof zerocopyHttp.bodyCounts | undefined;
}

// Read when the package is loaded: every body, however short, goes by sendfile(2).
process.env["ZEROCOPY_THRESHOLD"] = "0";

const npmSend = createRequire(import.meta.url)("send") as Send;
export const npm: Subject = { name: "npm send", send: npmSend, bodyCounts: undefined };
export const native: Subject = { name: "natively", ...(await import("zerocopy/http")) };
export const fallback: Subject = { name: "without the addon", ...(await loadFallback()) };

/** A copy of dist has modules, and so a state, of its own; it has no addon beside it. */
async function loadFallback(): Promise<typeof zerocopyHttp> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-fallback-"));
  const root = path.resolve(import.meta.dirname, "../../..");
  fs.cpSync(path.join(root, "dist"), path.join(folder, "dist"), { recursive: true });
  fs.cpSync(path.join(root, "package.json"), path.join(folder, "package.json"));
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const url = pathToFileURL(path.join(folder, "dist/http/index.js")).href;
  const loaded = (await import(url)) as typeof zerocopyHttp;
  fs.rmSync(folder, { recursive: true }); // all of it is loaded; the process may not end in peace
  return loaded;
}

/** Bodies and bytes that have taken a path so far. */
export function sentBy(subject: Subject, way: string): { bodies: number; bytes: number } {
  return subject.bodyCounts?.().paths[way] ?? { bodies: 0, bytes: 0 };
}

/** Why a test over the native path cannot be; undefined when it can. */
export function whyNotNative(): string | undefined {
  const addon = path.resolve(import.meta.dirname, "../../../prebuilds");
  return fs.existsSync(addon) ? undefined : "there is no native addon";
}
