// Runs a program to its end with the recorder in front of it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { assemble } from "../../../dist/profile/assemble.js";
import { readSnapshots } from "../../../dist/profile/handover.js";

const preload = fileURLToPath(new URL("../../../dist/profile/preload.js", import.meta.url));

/**
 * @param {string} node the binary
 * @param {readonly string[]} words its program and arguments
 * @param {import("zerocopy/profile").ProfileOptions & { isNative?: boolean }} options without hooks when
 *   `isNative` is false
 * @param {Uint8Array} [input] what it reads from its standard input
 */
export function recorded(node, words, { isNative = true, ...options }, input) {
  const folder = mkdtempSync(path.join(tmpdir(), "zerocopy-profile-test-"));
  try {
    const env = { ...process.env, ZEROCOPY_PROFILE_RECORD: JSON.stringify({ folder, ...options }) };
    delete env.NODE_OPTIONS;
    if (!isNative) env.ZEROCOPY_DISABLE_NATIVE = "1";
    const { status, signal, stdout, stderr } = spawnSync(node, ["-r", preload, ...words], {
      encoding: "utf8",
      env,
      input,
    });
    if (signal !== null) throw new Error(`${words.join(" ")} ended by ${signal}: ${stderr}`);
    return { recording: assemble(readSnapshots(folder)[0]), status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
