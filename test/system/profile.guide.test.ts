/** The session of docs/guide/13-find-the-copies.md: each of its servers copies as often as it says. */
import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { totalsOf } from "zerocopy/profile";
import { files, read } from "../repository.ts";
import { inFolder, MiB, profile } from "../support/profileCommand.ts";

const session = path.resolve(import.meta.dirname, "../../docs/guide/find-the-copies");
const steps = [
  { server: "server-1.mjs", copies: 3.6 },
  { server: "server-2.mjs", copies: 2.6 },
  { server: "server-3.mjs", copies: 1.8 },
  { server: "server-4.mjs", copies: 0 },
];

/** What a program copies that does nothing: its modules are read and compiled. */
const ownCopies = 0.12;

test.each(steps)("$server copies each byte $copies times", async ({ server, copies }) => {
  const { recording } = await profile([path.join(session, server), servedFolder()], {
    onStart: async (command) => {
      const [port] = (await once(command.stdout!, "data")) as [Buffer];
      await promisify(execFile)(process.execPath, [
        path.join(session, "clients.mjs"),
        port.toString().trim(),
      ]);
      command.kill("SIGINT");
    },
  });
  const { copiesPerByte, bytesOut } = totalsOf(recording);
  expect(bytesOut / MiB).toBeCloseTo(100, 0);
  expect(copiesPerByte).toBeGreaterThanOrEqual(copies);
  expect(copiesPerByte).toBeLessThan(copies + ownCopies);
});

test("the page names these servers' copies, and shows their code", () => {
  const page = read("docs/guide/13-find-the-copies.md");
  for (const { server, copies } of steps) {
    const code = fs.readFileSync(path.join(session, server), "utf8");
    expect(code).toContain(copies > 0 ? `${copies} ` : "no copies");
    expect(files).toContain(`docs/guide/find-the-copies/${server}`);
  }
  for (const [, block = ""] of page.matchAll(/^```js\n([^]*?)^```/gm)) {
    const functions = block.split("\n\n").map((text) => text.trim().replace(/ \/\/.*$/gm, ""));
    const codes = steps.map(({ server }) =>
      fs.readFileSync(path.join(session, server), "utf8").replace(/ \/\/.*$/gm, ""),
    );
    for (const each of functions) expect(codes.some((code) => code.includes(each))).toBe(true);
  }
});

function servedFolder(): string {
  const folder = inFolder("served");
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(folder);
  for (let index = 0; index < 80; index += 1) {
    fs.writeFileSync(path.join(folder, `${index}.bin`), randomFillSync(Buffer.alloc(MiB)));
  }
  return folder;
}
