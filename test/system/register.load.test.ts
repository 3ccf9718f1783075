/** How `zerocopy/register` comes into a process, what it leaves alone there, and what it says at the end. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { content, temporaryFolder } from "../support/content.ts";
import { root } from "../repository.ts";

const folder = temporaryFolder();
const file = path.join(folder, "file.bin");
fs.writeFileSync(file, content(1, 100_000));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Serves the file once, to itself, and prints how many bytes came. */
const app = `
  const fs = require("fs"), http = require("http");
  let open = 2;
  const done = () => { if (--open === 0) { END; } };
  const server = http.createServer((request, response) => {
    response.setHeader("Content-Length", fs.statSync(process.env.FILE).size);
    fs.createReadStream(process.env.FILE).pipe(response).on("close", done);
  }).listen(0, "127.0.0.1", () => {
    http.get({ ...server.address(), agent: false }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.on("end", () => { console.log(bytes); done(); });
    });
  });
`;

function run(
  flags: readonly string[],
  { code = app, end = "server.close()", ...env }: Record<string, string> = {},
): { status: number | null; out: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, "-e", code.replace("END", end)],
    { cwd: root, encoding: "utf8", env: { ...process.env, FILE: file, ...env } },
  );
  return { status, out: stdout, errors: stderr };
}

const bySendfile =
  "zerocopy: files that were sent\n            bodies    bytes\n  sendfile       1  100,000\n";
const imported = ["--import", "zerocopy/register"];

test("--import and -r, once or several times, say nothing of themselves", () => {
  for (const flags of [
    imported,
    ["-r", "zerocopy/register"],
    [...imported, "-r", "zerocopy/register"],
  ]) {
    expect(run(flags)).toEqual({ status: 0, out: "100000\n", errors: "" });
  }
});

test("ZEROCOPY_REPORT=1 reports once, whatever has been imported twice", () => {
  const flags = [...imported, ...imported, "-r", "zerocopy/register"];
  expect(run(flags, { ZEROCOPY_REPORT: "1" }).errors).toBe(bySendfile);
});

test("ZEROCOPY_REPORT=1 reports at process.exit, after an uncaught error and when a handler exits", () => {
  const ends = {
    "process.exit(3)": 3,
    'throw new Error("on purpose")': 1,
    'process.on("SIGTERM", () => process.exit(4)); process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9e3)': 4,
  };
  for (const [end, status] of Object.entries(ends)) {
    const ended = run(imported, { end, ZEROCOPY_REPORT: "1" });
    expect(ended.status, end).toBe(status);
    expect(ended.errors, end).toContain(bySendfile);
  }
});

test("ZEROCOPY_REPORT=1 tells why the kernel did not send", () => {
  const { errors } = run(imported, { ZEROCOPY_REPORT: "1", ZEROCOPY_DISABLE_NATIVE: "1" });
  expect(errors).toContain("because ZEROCOPY_DISABLE_NATIVE=1 is set");
  expect(errors).not.toContain("sendfile");
});

test("a program that sends no file is told so, and nothing without ZEROCOPY_REPORT", () => {
  const code =
    "fs.createReadStream(process.env.FILE).resume().on('close', () => console.log('read'))";
  expect(run(imported, { code })).toEqual({ status: 0, out: "read\n", errors: "" });
  const { errors } = run(imported, { code, ZEROCOPY_REPORT: "1" });
  expect(errors).toBe("zerocopy: no file was sent\n");
});

test("a worker has it too, and reports for itself", () => {
  const script = path.join(folder, "worker.cjs");
  fs.writeFileSync(script, app.replace("END", "server.close()"));
  const code = `new (require("worker_threads").Worker)(${JSON.stringify(script)})`;
  const { status, out, errors } = run(imported, { code, ZEROCOPY_REPORT: "1" });
  expect({ status, out }).toEqual({ status: 0, out: "100000\n" });
  expect(errors).toContain(bySendfile.replace("zerocopy", "zerocopy, worker 1"));
  expect(errors).toContain("zerocopy: no file was sent\n");
});

test("nothing of streams, sockets and messages is replaced but _read of ReadStream", () => {
  const code = `
    const own = (object) => Object.fromEntries(Reflect.ownKeys(object).map((key) => {
      const { value, get } = Object.getOwnPropertyDescriptor(object, key);
      return [String(key), require("util").inspect(get ?? value) + (typeof value === "function" ? value : "")];
    }));
    const { Readable, Writable, Duplex } = require("stream"), { Socket } = require("net"), http = require("http");
    console.log(JSON.stringify([fs.ReadStream.prototype, fs.WriteStream.prototype,
      Readable.prototype, Writable.prototype, Duplex.prototype, Socket.prototype,
      http.OutgoingMessage.prototype, http.ServerResponse.prototype, http.ClientRequest.prototype].map(own)));
  `;
  const [without, registered] = [[], imported].map((flags) => {
    const seen = JSON.parse(run(flags, { code }).out) as Record<string, string>[];
    delete seen[0]!["_read"];
    return seen;
  });
  expect(registered).toEqual(without);
});
