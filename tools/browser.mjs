// The browser that the slow checks run in: Debian's chromium, driven by playwright-core.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { chromium } from "playwright-core";

/**
 * Installs chromium when it is missing and this process may.
 *
 * @param {readonly string[]} args
 * @returns {Promise<import("playwright-core").Browser>}
 * @throws when there is no browser: a check must not pass because it had nothing to run in.
 */
export async function launchBrowser(args = []) {
  const executablePath = find() ?? install();
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const alone = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet];
  return chromium.launch({ executablePath, args: [...alone, ...args] });
}

function find() {
  const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return candidates.find((file) => fs.existsSync(file));
}

function install() {
  try {
    for (const words of [
      ["update", "-qq"],
      ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ]) {
      execFileSync("apt-get", words, { stdio: ["ignore", "ignore", "pipe"] });
    }
  } catch (cause) {
    throw new Error("there is no browser to check in: apt-get install chromium", { cause });
  }
  const found = find();
  if (found === undefined) throw new Error("apt-get installed no chromium");
  return found;
}
