/** Handing back at the exact byte, at many points of a file. */
import fs from "node:fs";
import { afterAll, test } from "vitest";
import { taggedFile } from "../support/content.ts";
import { expectExact } from "../support/register/exact.ts";
import { Program } from "../support/register/program.ts";

const file = taggedFile(4, 24_000_000);
const flags = ["--import", "zerocopy/register"];
const program = new Program("program.mjs", flags, { ZEROCOPY_THRESHOLD: "0" });

afterAll(async () => {
  await program.end();
  fs.rmSync(file);
});

test.for(await program.ask<string[]>("disturbances"))("%s", async (how) => {
  for (let times = 0; times < 10; times++) {
    await expectExact(program, file, how, Math.floor(Math.random() * 8_000_000));
  }
});
