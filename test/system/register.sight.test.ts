/**
 * What a program sees of the files that it sends is the same with and without `zerocopy/register`: events
 * and their order, errors, what streams say of themselves, what the other end receives.
 */
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { content, temporaryFolder } from "../support/content.ts";
import { expectExact } from "../support/register/exact.ts";
import { Program } from "../support/register/program.ts";

const folder = temporaryFolder();
const file = (name: string, tag: number, size: number): string => {
  const made = path.join(folder, name);
  fs.writeFileSync(made, content(tag, size));
  return made;
};
const files = {
  folder,
  empty: file("empty", 1, 0),
  small: file("small", 2, 1000),
  large: file("large", 3, 3_000_000),
  /** More than the sockets of a connection take in. */
  huge: file("huge", 4, 24_000_000),
};

const flags = ["--import", "zerocopy/register"];
const withoutRegister = new Program("program.mjs", []);
const programs = {
  "whatever the size": new Program("program.mjs", flags, { ZEROCOPY_THRESHOLD: "0" }),
  "as it is": new Program("program.mjs", flags),
  "without the addon": new Program("program.mjs", flags, { ZEROCOPY_DISABLE_NATIVE: "1" }),
};

afterAll(async () => {
  for (const program of [withoutRegister, ...Object.values(programs)]) await program.end();
  fs.rmSync(folder, { recursive: true });
});

const names = await withoutRegister.ask<string[]>("scenarios");

/** Of these nobody could send the bytes past the stream; of all others the kernel does. */
const notByKernel = new Set([
  "an empty file",
  "a part behind the end",
  "an encoding",
  "an encoding set later",
  "a file system of one's own",
  "strictContentLength",
  "no such file, a folder",
  "a FIFO",
  "a file of procfs",
  "destroyed when it opens",
]);

test.for(names)("%s looks the same", async (name) => {
  // One after the other: some scenarios change files, or are about the pace of a client.
  const expected = await withoutRegister.ask("see", name, files);
  const before = await sentByKernel();
  for (const [how, program] of Object.entries(programs)) {
    expect(await program.ask("see", name, files), how).toEqual(expected);
  }
  // The last bytes are counted when the engine has told of them, which the other end does not wait for.
  const isExpected = !notByKernel.has(name);
  let sent = await sentByKernel();
  for (let times = 0; sent === before && times < (isExpected ? 1000 : 0); times++) {
    sent = await sentByKernel();
  }
  expect(sent > before).toBe(isExpected);
});

async function sentByKernel(): Promise<number> {
  const { paths } = await programs["whatever the size"].counts();
  return paths["sendfile"]?.bytes ?? 0;
}

describe("handed back at the exact byte:", async () => {
  test.for(await withoutRegister.ask<string[]>("disturbances"))("%s", async (how) => {
    for (const name of ["whatever the size", "as it is"] as const) {
      await expectExact(programs[name], files.huge, how, Math.floor(Math.random() * 6_000_000));
    }
  });
});
