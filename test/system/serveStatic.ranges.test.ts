import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { partsOf } from "../support/byteranges.ts";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving } from "../support/site.ts";

leaveNothingOpen();

const size = 100_000;
const file = content(1, size);
const isThere = (program: string): boolean => {
  try {
    execFileSync(program, ["--version"]);
    return true;
  } catch {
    return false;
  }
};

describeHttpModes((mode) => {
  test.for([
    ["bytes=0-0", 0, 0],
    ["bytes=0-99999", 0, 99_999],
    ["bytes=5-", 5, 99_999],
    ["bytes=99999-", 99_999, 99_999],
    ["bytes=-1", 99_999, 99_999],
    ["bytes=-200000", 0, 99_999],
    ["bytes=70000-200000", 70_000, 99_999],
    ["BYTES=1-2", 1, 2],
    ["bytes= 1-2 ", 1, 2],
    ["bytes=1-2,", 1, 2],
    ["bytes=0-9,5-20", 0, 20],
    ["bytes=10-19,0-9", 0, 19],
    ["bytes=0-9,30-40,20-25", 0, 40], // what lies between is shorter than the head of a part
    ["bytes=0-9,200000-", 0, 9], // one of them cannot be satisfied, and is left out
  ] as const)("%s is one range", async ([range, start, end]) => {
    const { get } = await serving(mode, folderWith({ a: file }));
    const { status, headers, body } = await get("/a", `Range: ${range}`);
    expect(status).toBe(206);
    expect(headers.get("content-range")).toBe(`bytes ${start}-${end}/${size}`);
    expect(body.equals(file.subarray(start, end + 1))).toBe(true);
  });

  test.for([
    "bytes",
    "bytes=",
    "bytes=a-b",
    "bytes=-",
    "bytes=2-1",
    "bytes=1-2x",
    "bytes=0-1,x",
    "bytes=--1",
    "items=0-1",
    "bytes=0x1-2",
    "bytes=1.5-2",
    "0-1",
    "bytes 0-1",
    `bytes=${"1".repeat(400)}x-`,
  ])("%s is no range, and ignored", async (range) => {
    const { get } = await serving(mode, folderWith({ a: file }));
    const { status, headers, body } = await get("/a", `Range: ${range}`);
    expect(status).toBe(200);
    expect(headers.has("content-range")).toBe(false);
    expect(body.equals(file)).toBe(true);
  });

  test.for(["bytes=100000-", "bytes=100000-100001", "bytes=-0", `bytes=${"9".repeat(400)}-`])(
    "%s cannot be satisfied",
    async (range) => {
      const { get } = await serving(mode, folderWith({ a: file }));
      const { status, headers, body } = await get("/a", `Range: ${range}`);
      expect(status).toBe(416);
      expect(headers.get("content-range")).toBe(`bytes */${size}`);
      expect(headers.has("etag")).toBe(false);
      expect(body.length).toBeLessThan(100);
    },
  );

  test("an empty file has no ranges", async () => {
    const { get } = await serving(mode, folderWith({ a: "" }));
    expect((await get("/a", "Range: bytes=0-")).status).toBe(416);
    expect((await get("/a", "Range: bytes=-1")).status).toBe(200);
  });

  test("ranges are for GET alone", async () => {
    const { head } = await serving(mode, folderWith({ a: file }));
    const { status, headers } = await head("/a", "Range: bytes=0-1");
    expect(status).toBe(200);
    expect(headers.get("content-length")).toBe(String(size));
  });

  test("several ranges come as parts, in the order in which they were asked for", async () => {
    const { get } = await serving(mode, folderWith({ "a.txt": file }));
    const answer = await get("/a.txt", "Range: bytes=5000-5999,0-0,-70,9000-79999");
    expect(answer.status).toBe(206);
    expect(answer.headers.has("content-range")).toBe(false);
    const parts = partsOf(answer);
    expect(parts.map(({ start, end }) => [start, end])).toEqual([
      [5000, 5999],
      [0, 0],
      [99_930, 99_999],
      [9000, 79_999],
    ]);
    for (const { type, start, end, size: of, body } of parts) {
      expect(type).toBe("text/plain; charset=utf-8");
      expect(of).toBe(size);
      expect(body.equals(file.subarray(start, end + 1))).toBe(true);
    }
  });

  test("ranges that overlap, touch or lie close together become one part", async () => {
    const { get } = await serving(mode, folderWith({ a: file }));
    const answer = await get("/a", "Range: bytes=50000-50009,0-9,5-19,20-29,100-109,50005-50020");
    expect(partsOf(answer).map(({ start, end }) => [start, end])).toEqual([
      [50_000, 50_020],
      [0, 109],
    ]);
  });

  test("no list of ranges makes the response much longer than the file", async () => {
    const { get } = await serving(mode, folderWith({ a: file }));
    const lists = [
      Array.from({ length: 1000 }, () => "0-").join(","),
      Array.from({ length: 1000 }, (_, index) => `${index}-`).join(","),
      Array.from({ length: 1000 }, (_, index) => `${index * 2}-${index * 2}`).join(","),
      Array.from({ length: 64 }, (_, index) => `${index * 200}-${index * 200}`).join(","),
      Array.from({ length: 65 }, (_, index) => `${index * 200}-${index * 200}`).join(","),
      Array.from({ length: 1500 }, (_, index) => `-${index + 1}`).join(","),
    ];
    const answers = await Promise.all(lists.map((list) => get("/a", `Range: bytes=${list}`)));
    expect(answers.map(({ status }) => status)).toEqual([206, 206, 206, 206, 200, 206]);
    for (const { body } of answers) expect(body.length).toBeLessThanOrEqual(size + 200);
    expect(partsOf(answers[3]!)).toHaveLength(64);
  });

  test("parts over a connection that is kept: what follows is in step", async () => {
    const { port } = await serving(mode, folderWith({ a: file }));
    const url = `http://127.0.0.1:${port}/a`;
    for (let round = 0; round < 3; round++) {
      const answer = await fetch(url, { headers: { Range: "bytes=0-9,50000-99998" } });
      const body = Buffer.from(await answer.arrayBuffer());
      const parts = partsOf({ headers: new Map(answer.headers), body });
      expect(parts[1]!.body.equals(file.subarray(50_000, 99_999))).toBe(true);
      const whole = await fetch(url);
      expect(Buffer.from(await whole.arrayBuffer()).equals(file)).toBe(true);
    }
  });

  test("curl reads the parts", async (context) => {
    if (!isThere("curl")) return context.skip("there is no curl");
    const folder = folderWith({ a: file });
    const { port } = await serving(mode, folder);
    const { execFile } = await import("node:child_process");
    const saved = path.join(folder, "saved");
    await new Promise<void>((resolve, reject) => {
      const words = ["-s", "-r", "0-99,2000-2999", "-o", saved, `http://127.0.0.1:${port}/a`];
      execFile("curl", words, (error) => (error ? reject(error) : resolve()));
    });
    const body = fs.readFileSync(saved);
    const [, boundary] = /^--(\w+)\r\n/.exec(body.toString("latin1"))!;
    const headers = new Map([["content-type", `multipart/byteranges; boundary=${boundary}`]]);
    expect(partsOf({ headers, body }).map(({ body: bytes }) => bytes.length)).toEqual([100, 1000]);
    return undefined;
  });

  test("maxRangeBytes shortens ranges, and never the whole", async () => {
    const { get } = await serving(mode, folderWith({ a: file }), { maxRangeBytes: 1000 });
    expect((await get("/a")).body).toHaveLength(size);
    const { headers, body } = await get("/a", "Range: bytes=10-");
    expect(headers.get("content-range")).toBe(`bytes 10-1009/${size}`);
    expect(body.equals(file.subarray(10, 1010))).toBe(true);
    const parts = partsOf(await get("/a", "Range: bytes=0-4999,50000-"));
    expect(parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 999],
      [50_000, 50_999],
    ]);
  });

  test("If-Range: a strong tag or the same date continues, anything else starts anew", async () => {
    const folder = folderWith({ a: file });
    fs.utimesSync(path.join(folder, "a"), 1000, 1000);
    const { get } = await serving(mode, folder);
    const etag = (await get("/a")).headers.get("etag")!;
    const date = "Thu, 01 Jan 1970 00:16:40 GMT";
    const statusOf = async (value: string): Promise<number> =>
      (await get("/a", "Range: bytes=0-1", `If-Range: ${value}`)).status;
    expect(await statusOf(etag)).toBe(200); // weak
    expect(await statusOf(date)).toBe(206);
    expect(await statusOf("Thu, 01 Jan 1970 00:16:41 GMT")).toBe(200);
    expect(await statusOf('"other"')).toBe(200);
    expect(await statusOf("nonsense")).toBe(200);
  });

  test("conditions are looked at in their order", async () => {
    const folder = folderWith({ a: file });
    fs.utimesSync(path.join(folder, "a"), 1000, 1000);
    const { get, head } = await serving(mode, folder);
    const etag = (await get("/a")).headers.get("etag")!;
    const [before, at] = ["Thu, 01 Jan 1970 00:16:39 GMT", "Thu, 01 Jan 1970 00:16:40 GMT"];
    const cases: readonly (readonly [number, ...string[]])[] = [
      [304, `If-None-Match: ${etag}`],
      [304, `If-None-Match: "x", ${etag.slice(2)}`],
      [304, "If-None-Match: *"],
      [200, 'If-None-Match: "x"'],
      [200, 'If-None-Match: "x"', `If-Modified-Since: ${at}`],
      [304, `If-Modified-Since: ${at}`],
      [200, `If-Modified-Since: ${before}`],
      [200, "If-Modified-Since: nonsense"],
      [200, `If-None-Match: ${etag}`, "Cache-Control: no-cache"],
      [412, 'If-Match: "x"'],
      [412, `If-Match: ${etag}`], // weak
      [200, "If-Match: *"],
      [412, `If-Unmodified-Since: ${before}`],
      [200, `If-Unmodified-Since: ${at}`],
      [412, `If-Unmodified-Since: ${before}`, `If-None-Match: ${etag}`],
      [304, "If-Match: *", `If-None-Match: ${etag}`, "Range: bytes=0-1"],
    ];
    for (const [status, ...lines] of cases) {
      for (const ask of [get, head]) {
        const answer = await ask("/a", ...lines);
        expect(answer.status, lines.join(", ")).toBe(status);
        if (status !== 304) continue;
        expect([...answer.headers.keys()].toSorted()).toEqual([
          ...["accept-ranges", "cache-control", "connection", "date", "etag", "last-modified"],
        ]);
      }
    }
  });

  test("strong tags: only once the file is old enough, and then ranges continue by them", async () => {
    const folder = folderWith({ new: file });
    const { get } = await serving(mode, folder, { etag: "strong" });
    expect((await get("/new")).headers.get("etag")).toMatch(/^W\//);
    // Nobody can make an old file: its ctime is now. One that has long been there is.
    const old = path.dirname(process.execPath);
    const { get: getOld, head } = await serving(mode, old, { etag: "strong" });
    const target = `/${path.basename(process.execPath)}`;
    const etag = (await head(target)).headers.get("etag")!;
    expect(etag).toMatch(/^"[\da-f]+-[\da-f]+"$/);
    const range = await getOld(target, "Range: bytes=0-99", `If-Range: ${etag}`);
    expect(range.status).toBe(206);
    expect((await getOld(target, "Range: bytes=0-9", `If-Match: ${etag}`)).status).toBe(206);
  });
});
