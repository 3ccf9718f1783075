import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";

interface Diagnosis {
  node: string;
  platform: string;
  kernel: string;
  addon: { loaded: boolean; reason?: string };
  paths: Record<string, string>;
}

async function diagnose(env: Record<string, string> = {}): Promise<Diagnosis> {
  const { code, stdout } = await runCli(["doctor", "--json"], { env });
  expect(code).toBe(0);
  return JSON.parse(stdout) as Diagnosis;
}

describe("zerocopy doctor", () => {
  test("names platform, kernel and Node, and tries every path", async (context) => {
    const { node, platform, addon, paths } = await diagnose();
    expect({ node, platform }).toEqual({
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    });
    if (!addon.loaded) context.skip(`the addon is not there: ${addon.reason}`);
    const { "preadv2 with RWF_NOWAIT": noWait, ...others } = paths;
    expect(new Set(Object.values(others))).toEqual(new Set(["works"]));
    expect(noWait).toMatch(/^(works|fails with ENOTSUP)$/); // overlayfs does not have it
  });

  test("says what is missing without the addon", async () => {
    const { addon, paths } = await diagnose({ ZEROCOPY_DISABLE_NATIVE: "1" });
    expect(addon).toMatchObject({ loaded: false, reason: "ZEROCOPY_DISABLE_NATIVE=1 is set" });
    const { "byte counters of /proc/self/io": _, ...calls } = paths;
    expect(new Set(Object.values(calls))).toEqual(new Set(["needs the addon"]));
  });

  test("prints lines for people", async () => {
    const { stdout } = await runCli(["doctor"], { env: { ZEROCOPY_DISABLE_NATIVE: "1" } });
    expect(stdout).toContain("native addon");
    expect(stdout).toContain('run on the JavaScript fallback (path "read-write")');
  });
});

describe("zerocopy", () => {
  test("prints help without words and with --help, the version with --version", async () => {
    const [bare, help, version] = await Promise.all(
      [[], ["--help"], ["--version"]].map((words) => runCli(words)),
    );
    expect(bare?.stdout).toBe(help?.stdout);
    expect(help?.stdout).toContain("compare");
    expect(version?.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("refuses an unknown command with exit code 2", async () => {
    const { code, stderr } = await runCli(["teleport"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'zerocopy: there is no command "teleport"; there are compare, profile, serve, doctor\n',
    });
  });
});
