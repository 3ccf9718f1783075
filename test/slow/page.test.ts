/** The page of `zerocopy compare --html` in a real browser: what a reader sees, hears and can reach. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../tools/browser.mjs";
import { expectSound, openPage, viewsOf } from "../support/page.ts";
import type { OpenedPage } from "../support/page.ts";
import { runCli } from "../support/cli.ts";

/** What each page holds: charts, drawings, and drawings that can be played. */
const pages = {
  single: { charts: 5, drawings: 6, playing: 6, title: "What happens" },
  curve: { charts: 6, drawings: 6, playing: 6, title: "What happens" },
  memory: { charts: 4, drawings: 4, playing: 0, title: "What it costs" },
  "memory curve": { charts: 6, drawings: 4, playing: 0, title: "What it costs" },
} as const;
type Kind = keyof typeof pages;
const kinds = Object.keys(pages) as Kind[];

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-page-"));
  await runCli(["compare", "--rounds", "2", "--html", path.join(folder, "single.html")]);
  const sizes = ["--size", "4K-4M", "--rounds", "2"];
  await runCli(["compare", ...sizes, "--html", path.join(folder, "curve.html")]);
  const memory = ["compare", "memory", "--rounds", "2"];
  await runCli([...memory, "--size", "1M", "--html", path.join(folder, "memory.html")]);
  const several = ["--size", "64K-4M", "--html", path.join(folder, "memory curve.html")];
  await runCli([...memory, ...several]);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

function open(kind: Kind, options: BrowserContextOptions): Promise<OpenedPage> {
  return openPage(browser, `file://${path.join(folder, kind)}.html`, ["file:", "data:"], options);
}

describe.each(kinds)("the %s page", (kind) => {
  test.for(viewsOf([390, 1280, 2560]))(
    "is sound at $width px, $scheme",
    async ({ width, scheme }) => {
      const viewport = { width, height: 900 };
      const opened = await open(kind, { viewport, colorScheme: scheme });
      await expectSound(opened);
      const { page } = opened;
      expect(await page.locator(".chart canvas").count()).toBe(pages[kind].charts);
      await page.close();
    },
  );

  test("plays on demand", async () => {
    const { page } = await open(kind, {});
    expect(await page.locator("#play").count()).toBe(pages[kind].playing > 0 ? 1 : 0);
    if (pages[kind].playing === 0) return page.close();
    expect(await page.locator(".playing").count()).toBe(0);
    await page.locator("#play").focus();
    await page.keyboard.press("Enter");
    expect(await page.locator(".playing").count()).toBe(pages[kind].playing);
    await page.close();
  });

  test("stays still for those who prefer that", async () => {
    const { page } = await open(kind, { reducedMotion: "reduce" });
    expect(await page.locator("#play").isVisible()).toBe(false);
    await page.close();
  });

  test("says everything but the charts without its script", async () => {
    const { page } = await open(kind, { javaScriptEnabled: false });
    expect(await page.locator("h1").innerText()).toContain(pages[kind].title);
    const { drawings } = pages[kind];
    expect(await page.locator(".way").count()).toBe(drawings);
    expect(await page.locator("tbody tr").count()).toBeGreaterThanOrEqual(drawings);
    await page.close();
  });
});
