/** `Root` hands out what lies below a directory, and nothing else, by the kernel and without it. */
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { nativeAddon } from "../../../../src/native/binding.ts";
import type { Opened } from "../../../../src/http/files/opened.ts";
import type { Symlinks } from "../../../../src/http/files/checkedOpen.ts";
import { Root } from "../../../../src/http/files/root.ts";
import { temporaryFolder } from "../../../support/content.ts";
import { expected, makePlace, secret } from "../../../support/insideAndOut.ts";
import { later, leaveNothingOpen, openDescriptors } from "../../../support/resources.ts";
import { startSwapping } from "../../../support/swapping.ts";
import { inTime, untilFilesRest } from "../../../support/until.ts";

leaveNothingOpen();
afterEach(untilFilesRest);

/** The same module once more, which the switch keeps from loading the addon. */
vi.stubEnv("ZEROCOPY_DISABLE_NATIVE", "1");
vi.resetModules();
const { Root: CheckedRoot } = await import("../../../../src/http/files/root.ts");
const checked = await import("../../../../src/native/binding.ts");
if (checked.nativeAddon()) throw new Error("ZEROCOPY_DISABLE_NATIVE=1 did not switch it off");
vi.unstubAllEnvs();

function makeRoot(Class: typeof Root, directory: string, symlinks: Symlinks = "inside"): Root {
  const root = new Class(directory, symlinks);
  later(() => root.close());
  return root;
}

/** What is found at a path: the content of a file, `"directory"`, or the code of an error. */
async function found(root: Root, name: string): Promise<string> {
  let opened: Opened | undefined;
  try {
    opened = await inTime(Promise.resolve(root.open(name)), `opening ${name}`);
    return opened.stats.isDirectory() ? "directory" : fs.readFileSync(opened.fd, "utf8");
  } catch (error) {
    const { name: kind, code } = error as NodeJS.ErrnoException;
    return kind === "OSError" ? code! : String(error);
  } finally {
    opened?.close();
  }
}

describe.for([
  { kind: "by the kernel", Class: Root, missing: nativeAddon() ? "" : "there is no addon" },
  { kind: "checked", Class: CheckedRoot, missing: "" },
])("a root whose files are opened $kind", ({ kind, Class, missing }) => {
  test.for(["inside", "follow", "never"] as const)(
    "with links that lead %s hands out just what it should",
    async (symlinks, context) => {
      if (missing) return context.skip(missing);
      const place = await makePlace();
      const root = makeRoot(Class, place.root, symlinks);
      const results: Record<string, string> = {};
      const wanted: Record<string, string> = {};
      for (const [name, answers] of Object.entries(expected)) {
        // Twice: what was asked for from the disk at first comes from memory then.
        results[name] = `${await found(root, name)}, ${await found(root, name)}`;
        // Checked, a path is resolved first: so it may be missing before it has led over a link.
        const isMissing = kind === "checked" && answers.inside === "ENOENT";
        const answer = isMissing ? answers.inside : answers[symlinks];
        wanted[name] = `${answer}, ${answer}`;
      }
      expect(results).toEqual(wanted);
    },
  );

  test.for([
    {
      what: "a file that is swapped for a link out",
      name: "file",
      swapped: ["file", "to-outside"],
    },
    {
      what: "a directory that is swapped for a link out",
      name: "sub/file",
      swapped: ["sub", "to-outside-folder"],
    },
    {
      what: "a link upwards in a directory that is moved out",
      name: "sub/up",
      swapped: ["sub", "../outside"],
    },
  ])("reads nothing outside by way of $what", async ({ name, swapped }, context) => {
    if (missing) return context.skip(missing);
    const { root: directory, outside } = await makePlace();
    for (const folder of [outside, path.dirname(directory)]) {
      fs.writeFileSync(path.join(folder, "file"), secret);
    }
    const [first, second] = swapped.map((one) => path.join(directory, one));
    const stop = await startSwapping(first!, second!);
    const seen: Record<string, number> = {};
    for (const symlinks of ["inside", "never"] as const) {
      const root = makeRoot(Class, directory, symlinks);
      for (let round = 0; round < 3000; round++) {
        const text = await found(root, name);
        seen[text] = (seen[text] ?? 0) + 1;
      }
    }
    expect(await stop()).toBeGreaterThan(1000);
    expect(Object.keys(seen).length, "both sides of the race").toBeGreaterThan(1);
    expect(seen).not.toHaveProperty(secret);
  });

  test("may itself be reached by links, and sees at once a second later where they lead", async (context) => {
    if (missing) return context.skip(missing);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    later(() => vi.useRealTimers());
    const folder = temporaryFolder();
    for (const version of ["1", "2"]) {
      fs.mkdirSync(path.join(folder, version));
      fs.writeFileSync(path.join(folder, version, "file"), version);
    }
    fs.symlinkSync("1", path.join(folder, "current"));
    const root = makeRoot(Class, path.join(folder, "current"));
    const read = async (): Promise<string> => {
      const opened = await root.open("file");
      const text = fs.readFileSync(opened.fd, "utf8");
      opened.close();
      return text;
    };
    expect(await read()).toBe("1");
    fs.symlinkSync("2", path.join(folder, "next"));
    fs.renameSync(path.join(folder, "next"), path.join(folder, "current"));
    vi.advanceTimersByTime(1000);
    expect(await read()).toBe("2");
    fs.rmSync(path.join(folder, "current"));
    vi.advanceTimersByTime(1000);
    await expect((async () => root.open("file"))()).rejects.toMatchObject({ code: "ENOENT" });
    fs.symlinkSync("1", path.join(folder, "current"));
    expect(await read()).toBe("1");
  });

  test("keeps nothing open a second after its last use", async (context) => {
    if (missing) return context.skip(missing);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    later(() => vi.useRealTimers());
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "file"), "");
    const before = openDescriptors().length;
    const root = makeRoot(Class, folder);
    expect(openDescriptors().length).toBe(before);
    (await root.open("file")).close();
    await untilFilesRest();
    expect(openDescriptors().length).toBe(before + (kind === "checked" ? 0 : 1));
    vi.advanceTimersByTime(1000);
    await untilFilesRest();
    expect(openDescriptors().length).toBe(before);
  });

  test("opens many files at the same time", async (context) => {
    if (missing) return context.skip(missing);
    const folder = temporaryFolder();
    const names = Array.from({ length: 100 }, (_, index) => `${index}`);
    for (const name of names) fs.writeFileSync(path.join(folder, name), name);
    const root = makeRoot(Class, folder);
    expect(await Promise.all(names.map((name) => found(root, name)))).toEqual(names);
  });

  test("refuses at start what is no directory, and names it", (context) => {
    if (missing) return context.skip(missing);
    const file = path.join(temporaryFolder(), "file");
    expect(() => new Class(file, "inside")).toThrow(file);
    fs.writeFileSync(file, "");
    expect(() => new Class(file, "inside")).toThrow(`${file}: wanted a directory, found a file`);
    expect(() => new Class("", "inside")).not.toThrow(); // the working directory, as everywhere
  });

  test("has what is mounted below it", async (context) => {
    if (missing) return context.skip(missing);
    const isMount =
      fs.existsSync("/dev/shm") && fs.statSync("/dev/shm").dev !== fs.statSync("/dev").dev;
    if (!isMount) return context.skip("nothing is mounted at /dev/shm");
    const folder = fs.mkdtempSync("/dev/shm/zerocopy-test-");
    later(() => fs.rmSync(folder, { recursive: true }));
    fs.writeFileSync(path.join(folder, "file"), "mounted");
    const root = makeRoot(Class, "/dev", "never");
    expect(await found(root, `${path.relative("/dev", folder)}/file`)).toBe("mounted");
  });
});
