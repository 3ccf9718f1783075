/**
 * Unmodified apps answer byte for byte as they do without `zerocopy/register`, and the counter says that
 * the kernel has sent their bodies, or why not.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http2 from "node:http2";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BodyCounts } from "zerocopy/http";
import { content, temporaryFolder } from "../support/content.ts";
import { Program, exchange } from "../support/register/program.ts";
import { makeCertificate } from "../support/tls.ts";

const folder = temporaryFolder();
const sizes = { "empty.bin": 0, "small.bin": 1000, "middle.bin": 100_000, "large.bin": 3_000_000 };
const names = Object.keys(sizes);

const withoutRegister = new Program("program.mjs", []);
const withRegister = new Program("program.mjs", ["--import", "zerocopy/register"], {
  ZEROCOPY_THRESHOLD: "0",
});
const required = new Program("program.mjs", ["-r", "zerocopy/register"]);
const disabled = new Program("program.mjs", ["--import", "zerocopy/register"], {
  ZEROCOPY_DISABLE_NATIVE: "1",
});
const programs = [withoutRegister, withRegister, required, disabled];

beforeAll(() => {
  for (const [tag, [name, size]] of Object.entries(sizes).entries()) {
    fs.writeFileSync(path.join(folder, name), content(tag, size));
  }
});

afterAll(async () => {
  for (const program of programs) await program.end();
  fs.rmSync(folder, { recursive: true });
});

const get = (target: string, ...headers: string[]): string =>
  ["GET " + target + " HTTP/1.1", "Host: here", ...headers, "", ""].join("\r\n");
const last = "Connection: close";

/** One after the other, each on a connection of its own. */
const single = [
  ...names.map((name) => get(`/${name}`, last)),
  get("/large.bin", "Range: bytes=100-2000000", last),
  get("/middle.bin", "Range: bytes=-1", last),
  get("/middle.bin", "Range: bytes=999999999-", last),
  get("/middle.bin", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", last),
  get("/middle.bin", "Accept-Encoding: gzip", last),
  get("/download/large.bin", last),
  get("/nothing.bin", last),
  get("/large.bin", last).replace("GET", "HEAD"),
  get("/large.bin").replace("HTTP/1.1", "HTTP/1.0"),
];

/** All at once, on one connection. */
const pipelined = [
  ...names.map((name) => get(`/${name}`)),
  get("/large.bin").replace("GET", "HEAD"),
  get("/nothing.bin"),
  get("/large.bin", "Range: bytes=5-"),
  get("/small.bin", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
  ...names.toReversed().map((name) => get(`/${name}`)),
  get("/middle.bin", last),
].join("");

interface Answers {
  readonly responses: readonly string[];
  /** What the app has sent by each way, and why not by the kernel. */
  readonly counts: { paths: Record<string, number>; reasons: string[] };
}

async function answersOf(
  program: Program,
  app: string,
  certificate: unknown = {},
): Promise<Answers> {
  const port = await program.ask<number>("listen", app, folder, certificate);
  const before = await program.counts();
  const responses: string[] = [];
  // Of the last two it is asked only whether they are like the others.
  const asked = program === required || program === disabled ? [pipelined] : [pipelined, ...single];
  for (const requests of asked) {
    responses.push(await exchange({ port, host: "127.0.0.1" }, requests, app === "https"));
  }
  return { responses, counts: difference(before, await program.counts()) };
}

function difference(before: BodyCounts, after: BodyCounts): Answers["counts"] {
  const paths: Record<string, number> = {};
  for (const [name, { bytes }] of Object.entries(after.paths)) {
    const more = bytes - (before.paths[name]?.bytes ?? 0);
    if (more > 0) paths[name] = more;
  }
  const reasons = Object.keys(after.reasons).filter(
    (reason) => after.reasons[reason]!.bodies > (before.reasons[reason]?.bodies ?? 0),
  );
  return { paths, reasons };
}

/** What the app answers is the same everywhere; what each program has counted. */
async function compared(
  app: string,
  certificate: unknown = {},
): Promise<readonly Answers["counts"][]> {
  const [expected, ...others] = await Promise.all(
    programs.map((program) => answersOf(program, app, certificate)),
  );
  for (const { responses } of others) {
    for (const [index, response] of responses.entries()) {
      expect(digest(response), single[index - 1] ?? "pipelined").toEqual(
        digest(expected!.responses[index]!),
      );
      expect(response === expected!.responses[index]).toBe(true);
    }
  }
  return others.map(({ counts }) => counts);
}

/** What a person wants to read of responses that differ. */
function digest(response: string): unknown {
  return [response.length, response.slice(0, 1000).split("\r\n\r\n")[0]];
}

describe("with and without register the same bytes, and by the kernel:", () => {
  test.for([
    "express.static",
    "express 4 static",
    "express sendFile, download",
    "express 4 sendFile, download",
    "express behind morgan",
    "express with another end()",
    "express before compression",
    "serve-static",
    "sirv",
    "sirv, looking each time",
    "connect",
    "polka",
    "fastify static",
    "fastify reply.send(stream)",
    "koa body",
    "koa 2 body",
    "koa-static",
    "koa 2, koa-static",
    "koa-send",
    "koa 2, koa-send",
    "plain pipe",
    "plain pipeline",
    "plain pipe of a FileHandle",
    "plain pipe after a head",
    "two files in one body",
  ])("%s", async (app) => {
    const [all, small, none] = await compared(app);
    expect(all).toEqual({ paths: { sendfile: expect.any(Number) as number }, reasons: [] });
    // Small bodies are copied behind their heads.
    expect(small!.reasons).toEqual([]);
    expect(none!.paths["sendfile"]).toBe(undefined);
    expect(none!.reasons).toEqual(["ZEROCOPY_DISABLE_NATIVE=1 is set"]);
  });
});

describe("with and without register the same bytes, and not by the kernel:", () => {
  test("express behind compression", async () => {
    const [all] = await compared("express behind compression");
    expect(all!.paths["sendfile"]).toBe(undefined);
    expect(all!.reasons).toEqual(["write() of the message has been replaced"]);
  });

  test("chunked pipe, but for HTTP/1.0, which has no chunks", async () => {
    const [all] = await compared("chunked pipe");
    expect(all!.paths["sendfile"]).toBe(sizes["large.bin"]);
    expect(all!.reasons).toEqual(["the message is chunked, because it has no Content-Length"]);
  });

  test.for(["through gzip", "hono"])("%s, which makes a stream of its own", async (app) => {
    const [all] = await compared(app);
    expect(all).toEqual({ paths: {}, reasons: [] });
  });

  test("https", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate");
    const [all] = await compared("https", {
      key: certificate.key.toString(),
      cert: certificate.cert.toString(),
    });
    expect(all!.paths["sendfile"]).toBe(undefined);
    expect(all!.reasons).toEqual(["the connection is encrypted by TLS"]);
  });

  test("http2, compatible", async () => {
    const all = await Promise.all(
      programs.map(async (program) => {
        const port = await program.ask<number>("listen", "http2, compatible", folder);
        return getByHttp2(port, "/large.bin");
      }),
    );
    expect(all.map(({ bytes }) => bytes)).toEqual(all.map(() => sizes["large.bin"]));
    for (const one of all) expect(one).toEqual(all[0]);
    const { reasons } = await withRegister.counts();
    expect(reasons["the message is not one of node:http"]!.bytes).toBe(sizes["large.bin"]);
  });

  test("fastify.inject", async () => {
    const before = await withRegister.counts();
    const all = await Promise.all(
      programs.map((program) => program.ask("inject", folder, "/middle.bin")),
    );
    for (const one of all) expect(one).toEqual(all[0]);
    expect(difference(before, await withRegister.counts())).toEqual({
      paths: { "read-write": sizes["middle.bin"] },
      reasons: ["write() of the message has been replaced"],
    });
  });
});

async function getByHttp2(port: number, target: string): Promise<Http2Answer> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const request = session.request({ ":path": target });
  const [headers] = (await once(request, "response")) as [http2.IncomingHttpHeaders];
  const body = await buffer(request);
  session.close();
  const hash = createHash("sha256").update(body).digest("hex");
  return { headers: { ...headers, date: "masked" }, bytes: body.length, hash };
}

interface Http2Answer {
  readonly headers: http2.IncomingHttpHeaders & { readonly date: string };
  readonly bytes: number;
  readonly hash: string;
}
