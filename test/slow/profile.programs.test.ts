/**
 * Programs that people run behave under `zerocopy profile` as without it, and what it tells of them is what
 * they have done. Each runs with a payload and without one: the difference is what the payload costs.
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sitesOf, totalsOf } from "zerocopy/profile";
import type { Site, Totals } from "zerocopy/profile";
import { compilers } from "../../tools/compilers/compilers.mjs";
import { runtimes } from "../../tools/runtimes/runtimes.mjs";
import { temporaryFolder } from "../support/content.ts";
import { needsProfiler } from "../support/profiling.ts";
import { alone, npmCli, profiled, programs } from "../support/profiling/programs.ts";
import type { Ended, Task } from "../support/profiling/programs.ts";
import { leaveNothingOpen, later } from "../support/resources.ts";

leaveNothingOpen();
beforeEach(needsProfiler);

const payload = 24 << 20;
/** Of letters: as a text it is as long, and it does not compress to nothing. */
const content = Buffer.from(randomBytes((payload / 4) * 3).toString("base64"), "latin1");
const sha256 = createHash("sha256").update(content).digest("hex");

interface Profile extends Ended {
  readonly sites: readonly Site[];
  readonly totals: Totals;
}

/** Runs it alone, and profiled: only the profile may tell which was which. */
async function profileOf(node: string, task: Task): Promise<Profile> {
  const without = await alone(node, task);
  const { recording, ...ended } = await profiled(
    node,
    task,
    path.join(temporaryFolder(), "recording.json"),
  );
  expect(comparable(ended)).toEqual(comparable(without));
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect([recording.tier, recording.reason]).toEqual(["native", ""]);
  const sites = sitesOf(recording);
  const totals = totalsOf(recording, sites);
  expect(recording.lostSamples / totals.samples).toBeLessThan(0.05);
  return { ...ended, sites, totals };
}

/** Without ports, which are others each time. */
function comparable({ stdout, stderr, ...ended }: Ended): Ended {
  const masked = (text: string): string => text.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, "PORT");
  return { ...ended, stdout: masked(stdout), stderr: masked(stderr) };
}

/** By unit of payload, what has been done for it. */
function perPayload(
  { totals }: Profile,
  idle: Profile,
  bytes: number = payload,
): { in: number; out: number; copied: number } {
  const grown = (sum: "in" | "out" | "copied"): number => (totals[sum] - idle.totals[sum]) / bytes;
  return { in: grown("in"), out: grown("out"), copied: grown("copied") };
}

function told(sites: readonly Site[]): string {
  const lines = sites.map(
    (site) => `${site.kind} ${site.bytes} ${site.api} ${site.file}:${site.line}`,
  );
  return lines.slice(0, 10).join("\n");
}

/** What is not on a line of the program or its packages. */
function expectAttributed({ totals, sites }: Profile): void {
  const unknown = sites.filter(({ file }) => file === "");
  expect(totals.unattributed / totals.copies, told(unknown)).toBeLessThan(0.1);
}

/** By unit of payload, what a file has copied by an API. */
function at({ sites }: Profile, file: string, api: string, kind: Site["kind"]): number {
  const own = sites.filter(
    (site) => site.file.endsWith(file) && site.api === api && site.kind === kind,
  );
  if (own.length === 0) throw new Error(`${file} has no ${api}: ${told(sites)}`);
  return own.reduce((sum, { bytes }) => sum + bytes, 0) / payload;
}

/** Lines are sampled: five standard errors of some hundreds of samples. */
function expectEstimated(measured: number, truth: number): void {
  expect(Math.abs(measured / truth - 1), `${measured}, wanted ${truth}`).toBeLessThan(0.25);
}

function expectWithin1Percent(measured: number, truth: number): void {
  expect(Math.abs(measured / truth - 1), `${measured}, wanted ${truth}`).toBeLessThan(0.01);
}

describe.each(runtimes())("on Node $major", ({ path: node }) => {
  test("express: res.sendFile reads and writes each byte, and copies none besides", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "file"), content);
    const words = [path.join(programs, "express.mjs"), folder];
    const profile = await profileOf(node, {
      words,
      use: async (url) => expect(sha256Of(await request(`${url}/files/file`))).toBe(sha256),
    });
    const each = perPayload(profile, await profileOf(node, { words, use: async () => {} }));
    expectWithin1Percent(each.in, 1);
    expectWithin1Percent(each.out, 1);
    expect(each.copied).toBeLessThan(0.1);
    expectAttributed(profile);
    expectEstimated(at(profile, "send/index.js", "file read", "in"), 1);
    expectEstimated(at(profile, "send/index.js", "res.write", "out"), 1);
  });

  test("fastify: a body in memory, a body in a file", async () => {
    const words = [path.join(programs, "fastify.mjs"), temporaryFolder()];
    const idle = await profileOf(node, { words, use: async () => {} });
    const memory = await profileOf(node, {
      words,
      use: async (url) =>
        expect(String(await request(`${url}/memory`, "application/octet-stream"))).toBe(sha256),
    });
    const inMemory = perPayload(memory, idle);
    expectWithin1Percent(inMemory.in, 1);
    expect(inMemory.out).toBeLessThan(0.01);
    const file = await profileOf(node, {
      words,
      use: async (url) =>
        expect(String(await request(`${url}/file`, "application/x-saved"))).toBe("saved"),
    });
    const inFile = perPayload(file, idle);
    expectWithin1Percent(inFile.in, 1);
    expectWithin1Percent(inFile.out, 1);
    for (const profile of [memory, file]) expectAttributed(profile);
    // The parser copies what the socket has read; what waits for its end is joined.
    expect(inMemory.copied).toBeGreaterThan(1.99);
    expect(inFile.copied).toBeGreaterThan(0.99);
    expectEstimated(at(memory, "content-type-parser.js", "Buffer.concat", "copy"), 1);
    // What a request brings has been started by who listens, and is written by who has made the stream, in a
    // scope of Fastify's.
    expectEstimated(at(file, "fastify/lib/server.js", "HTTP read", "in"), 1);
    expectEstimated(at(file, "programs/fastify.mjs", "file write", "out"), 1);
  });

  test("fetch: into memory, as a text, to a file", async () => {
    const words = (url: string): string[] => [
      path.join(programs, "fetch.mjs"),
      url,
      temporaryFolder(),
    ];
    const profile = await profileOf(node, { words: words(await serving(content)) });
    expect(profile.stdout).toBe(`${sha256}\n${payload}\nsaved\n`);
    const idle = await profileOf(node, { words: words(await serving(Buffer.alloc(0))) });
    const each = perPayload(profile, idle);
    expectWithin1Percent(each.in, 3);
    expectWithin1Percent(each.out, 1);
    expectAttributed(profile);
    expect(each.copied).toBeGreaterThan(3);
    expectEstimated(at(profile, "fetch.mjs", "HTTP read", "in"), 3);
    expectEstimated(at(profile, "fetch.mjs", "file write", "out"), 1);
  });

  test("npm pack", async ({ skip }) => {
    const npm = npmCli() ?? skip("there is no npm in PATH");
    const packed = path.join(temporaryFolder(), "small-1.0.0.tgz");
    const pack = (body: Uint8Array): Promise<Profile> => {
      const project = temporaryFolder();
      fs.writeFileSync(path.join(project, "package.json"), '{"name":"small","version":"1.0.0"}');
      fs.writeFileSync(path.join(project, "data"), body);
      const cache = temporaryFolder();
      const options = ["--pack-destination", path.dirname(packed), "--cache", cache, "--offline"];
      return profileOf(node, { words: [npm, "pack", project, ...options, "--ignore-scripts"] });
    };
    const idle = await pack(Buffer.alloc(0));
    const profile = await pack(content);
    expect(profile.stdout).toBe("small-1.0.0.tgz\n");
    const each = perPayload(profile, idle);
    expectWithin1Percent(each.in, 1);
    // Into its cache, and where it was told to.
    const written = (each.out * payload) / fs.statSync(packed).size;
    expect(written).toBeGreaterThan(0.99);
    expectWithin1Percent(written, Math.round(written));
    expectAttributed(profile);
    expect(profile.sites[0]).toMatchObject({ api: "zlib.*Sync", functionName: "write" });
    expect(profile.sites[0]!.file).toMatch(/\/(tar|minizlib)\//);
  });

  test("the TypeScript compiler", async () => {
    const { path: tsc } = compilers()[0]!;
    const folder = temporaryFolder();
    const source = path.join(folder, "text.ts");
    const built = path.join(folder, "built");
    const size = 8 << 20;
    fs.writeFileSync(
      source,
      `export const text: string = "${content.toString("latin1", 0, size)}";\n`,
    );
    // Compiled code that Node caches would be other bytes at each start.
    const env = { NODE_DISABLE_COMPILE_CACHE: "1" };
    const idle = await profileOf(node, { words: [tsc, "--version"], env });
    const options = ["--lib", "es2022", "--target", "es2022", "--typeRoots", built, "--listFiles"];
    const profile = await profileOf(node, {
      words: [tsc, source, ...options, "--outDir", built],
      env,
    });
    const files = profile.stdout.trim().split("\n");
    expect(files).toContain(source);
    const read = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
    const written = fs.statSync(path.join(built, "text.js")).size;
    expectWithin1Percent(perPayload(profile, idle, read).in, 1);
    expectWithin1Percent(perPayload(profile, idle, written).out, 1);
    expect(perPayload(profile, idle, read).copied).toBeGreaterThan(1);
    expectAttributed(profile);
    const { api, file } = profile.sites.find(({ kind }) => kind === "in")!;
    expect([api, path.basename(file)]).toEqual(["fs.readFileSync", "_tsc.js"]);
  });
});

/** The URL of a server that answers with these bytes. */
async function serving(bytes: Uint8Array): Promise<string> {
  const server = http.createServer((_, response) => {
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  later(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Sends `content` where there is a type, and gives what is answered. */
async function request(url: string, type?: string): Promise<Buffer> {
  const posted = { method: "POST", headers: { "content-type": type } };
  const asked = http.request(url, { agent: false, ...(type !== undefined && posted) });
  asked.end(type === undefined ? undefined : content);
  const [response] = (await once(asked, "response")) as [http.IncomingMessage];
  return Buffer.concat(await response.toArray());
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
