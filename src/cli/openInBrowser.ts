/** Opens a page in the browser of whoever sits at the terminal. */
import { spawn } from "node:child_process";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** @param command - whose complaint it is when there is no browser. */
export function openInBrowser(page: string, command: string): void {
  const [opener, ...words] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(opener, [...words, page], { stdio: "ignore", detached: true });
  child.on("error", () => {
    console.error(`${command}: ${opener} is not there to open ${page}; open it by hand`);
  });
  child.unref();
}
