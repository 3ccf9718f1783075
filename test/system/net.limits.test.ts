/** With no descriptors left: an error that says so, or all bytes; never a hang, never a part. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { taggedFile, temporaryFolder } from "../support/content.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 3_000_000;
const driver = fileURLToPath(new URL("../support/faults/limited.mjs", import.meta.url));

test.each([
  ["natively", {}],
  ["without the addon", { ZEROCOPY_DISABLE_NATIVE: "1" }],
])("sendFile and saveTo where few descriptors may be opened (%s)", (_name, environment) => {
  const script = 'ulimit -n 80 && exec "$0" "$@"';
  const words = [driver, taggedFile(1, size), path.join(temporaryFolder(), "saved")];
  const output = execFileSync("sh", ["-c", script, process.execPath, ...words], {
    env: { ...process.env, ...environment },
    timeout: 20_000,
  });
  const outcomes = JSON.parse(String(output)) as Record<string, unknown>[];
  for (const { sent, received, saved, isSaved } of outcomes) {
    expect([size, "EMFILE"]).toContain(sent);
    expect(received).toBe(sent === size ? size : 0);
    expect([size, "EMFILE"]).toContain(saved);
    expect(isSaved).toBe(true);
  }
  expect(outcomes[0]).toMatchObject({ sent: "EMFILE", saved: "EMFILE" });
  expect(outcomes.at(-1)).toMatchObject({ sent: size, saved: size });
});
