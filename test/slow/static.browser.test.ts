/**
 * What a browser does with files that serveStatic serves: it seeks in media by ranges, takes assets in
 * the encoding it likes best, and asks again only for what has changed.
 */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import zlib from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyCounts, serveStatic } from "zerocopy/http";
import { launchBrowser } from "../../tools/browser.mjs";
import { temporaryFolder } from "../support/content.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { describeNative } from "../support/modes.ts";
import "../support/engine.ts";

leaveNothingOpen();

const samplesPerSecond = 8000;
const seconds = 1200;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser(["--autoplay-policy=no-user-gesture-required"]);
});
afterAll(() => browser?.close());

/** Silence that a browser plays: 16 bits, one channel; 19 MB, more than it loads ahead. */
function wav(): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samplesPerSecond * seconds);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(samplesPerSecond, 24);
  bytes.writeUInt32LE(2 * samplesPerSecond, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  return bytes;
}

interface Site {
  readonly page: Page;
  /** The last status of each path, as the server knows it: browsers show what they had as 200. */
  readonly served: Record<string, number>;
  /** All answers so far, in the order in which they came. */
  readonly responses: Response[];
  readonly complaints: string[];
}

/** A page that shows `html`, with the folder's files beside it. */
async function open(folder: string, html: string): Promise<Site> {
  fs.writeFileSync(path.join(folder, "index.html"), `<!doctype html><meta charset="utf-8">${html}`);
  const files = serveStatic(folder, { precompressed: true });
  const served: Record<string, number> = {};
  const server = http.createServer((req, res) => {
    res.on("finish", () => (served[req.url!] = res.statusCode));
    files(req, res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const page = await browser.newPage();
  later(async () => {
    await page.close();
    files.close();
    server.close();
    server.closeAllConnections();
  });
  const responses: Response[] = [];
  const complaints: string[] = [];
  page.on("response", (response) => responses.push(response));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { page, served, responses, complaints };
}

const icon = '<link rel="icon" href="data:,">';

/** Of the video, when the browser knows it. */
const duration = `new Promise((resolve) => {
  const video = document.querySelector("video");
  if (video.readyState > 0) resolve(video.duration);
  else video.addEventListener("loadedmetadata", () => resolve(video.duration));
})`;

/** Plays from there until time has passed, and gives what the time is then. */
const seekTo = (time: number): string => `(async () => {
  const video = document.querySelector("video");
  const next = (name) => new Promise((done) => video.addEventListener(name, done, { once: true }));
  const seeked = next("seeked");
  video.currentTime = ${time};
  await seeked;
  await video.play();
  const from = video.currentTime;
  while (video.currentTime <= from) await next("timeupdate");
  video.pause();
  return video.currentTime;
})()`;

describeNative("a browser", () => {
  test("plays a <video>, and seeks in it by ranges that the kernel sends", async () => {
    const folder = temporaryFolder();
    const media = wav();
    fs.writeFileSync(path.join(folder, "long.wav"), media);
    const before = bodyCounts().paths["sendfile"]?.bytes ?? 0;
    const html = `${icon}<video src="long.wav" preload="metadata" controls></video>`;
    const { page, responses, complaints } = await open(folder, html);
    expect(await page.evaluate(duration)).toBe(seconds);
    for (const time of [1000, 200, 1190, 600]) {
      const now = (await page.evaluate(seekTo(time))) as number;
      expect(now).toBeGreaterThanOrEqual(time);
      expect(now).toBeLessThan(time + 10);
    }
    const answers = responses.filter((response) => response.url().endsWith(".wav"));
    expect(answers.map((answer) => answer.status())).toEqual(answers.map(() => 206));
    const ranges = answers.map((answer) => answer.headers()["content-range"] ?? "");
    const starts = ranges.map((range) => Number(/^bytes (\d+)-/.exec(range)?.[1]));
    console.log(`${browser.version()} asked for ${ranges.join(", ")}`);
    expect(starts.some((start) => start > media.length / 2)).toBe(true);
    expect(bodyCounts().paths["sendfile"]!.bytes - before).toBeGreaterThan(100_000);
    expect(complaints).toEqual([]);
  });

  test("takes assets in the encoding it is served best, and runs and applies them", async () => {
    const folder = temporaryFolder();
    const script = 'document.title = "from the twin";';
    const style = "body { color: rgb(1, 2, 3); }";
    fs.writeFileSync(path.join(folder, "app.js"), "throw new Error('not the twin');");
    fs.writeFileSync(path.join(folder, "app.js.br"), zlib.brotliCompressSync(script));
    fs.writeFileSync(path.join(folder, "app.css"), "");
    fs.writeFileSync(path.join(folder, "app.css.gz"), zlib.gzipSync(style));
    const html = `${icon}<link rel="stylesheet" href="app.css"><script src="app.js"></script>`;
    const { page, responses, complaints } = await open(folder, html);
    expect(await page.title()).toBe("from the twin");
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(1, 2, 3)");
    // Over plain HTTP, browsers offer Brotli and Zstandard to this machine only.
    expect(encodings(responses)).toEqual({ "/": undefined, "/app.css": "gzip", "/app.js": "br" });
    expect(complaints).toEqual([]);
  });

  test("asks again when a page is loaded anew, and is told what has not changed", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "same.js"), 'globalThis.same = "same";');
    fs.writeFileSync(path.join(folder, "new.js"), "globalThis.version = 1;");
    const html = `${icon}<script src="same.js"></script><script src="new.js"></script>`;
    const { page, served, complaints } = await open(folder, html);
    const seen = async (): Promise<unknown> =>
      page.evaluate("[globalThis.same, globalThis.version]");
    expect(await seen()).toEqual(["same", 1]);
    fs.writeFileSync(path.join(folder, "new.js"), "globalThis.version = 1 + 1;");
    // What is served may be a second old.
    await until(async () => {
      await page.reload();
      return ((await seen()) as unknown[])[1] === 2;
    });
    expect(await seen()).toEqual(["same", 2]);
    expect(served).toEqual({ "/": 304, "/same.js": 304, "/new.js": 200 });
    expect(complaints).toEqual([]);
  });
});

/** By path. */
function encodings(responses: readonly Response[]): Record<string, string | undefined> {
  const pairs = responses.map((one) => [
    new URL(one.url()).pathname,
    one.headers()["content-encoding"],
  ]);
  return Object.fromEntries(pairs) as Record<string, string | undefined>;
}

/** Tries again until it holds; the test's own limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
