/** The pages of `zerocopy profile --html` in a real browser: what a reader sees, hears and can reach. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differenceOf } from "zerocopy/profile";
import { renderDifferencePage } from "../../dist/profile/report/page/differencePage.js";
import { renderPage } from "../../dist/profile/report/page/page.js";
import { launchBrowser } from "../../tools/browser.mjs";
import { expectSound, openPage, viewsOf } from "../support/page.ts";
import type { OpenedPage } from "../support/page.ts";
import {
  hostileRecording,
  largeRecording,
  serverRecording,
} from "../unit/profile/pageRecordings.ts";

const pages = ["server", "difference", "hostile"] as const;
type Kind = (typeof pages)[number] | "large";

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-page-"));
  const [before, after] = [serverRecording(), serverRecording({ concatenates: false })];
  write("server", renderPage(before));
  write("difference", renderDifferencePage(differenceOf(before, after), before, after));
  write("hostile", renderPage(hostileRecording()));
  write("large", renderPage(largeRecording(100_000)));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

function write(kind: Kind, html: string): void {
  fs.writeFileSync(path.join(folder, `${kind}.html`), html);
}

function open(kind: Kind, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  return openPage(browser, `file://${path.join(folder, kind)}.html`, ["file:", "data:"], options);
}

/** What a screen reader is told of the frame that is pointed at. */
const told = (page: Page): Promise<string> => page.locator("#told").innerText();

describe.each(pages)("the %s page", (kind) => {
  test.for(viewsOf([390, 1280, 2560]))(
    "is sound at $width px, $scheme",
    async ({ width, scheme }) => {
      const viewport = { width, height: 900 };
      const opened = await open(kind, { viewport, colorScheme: scheme, bypassCSP: true });
      for (const details of await opened.page.locator("summary").all()) await details.click();
      await expectSound(opened);
      await opened.page.close();
    },
  );

  test("runs nothing but its own script, under its own policy", async () => {
    const { page, complaints } = await open(kind);
    expect(await page.locator("#controls").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("says everything but the drawing without its script", async () => {
    const { page } = await open(kind, { javaScriptEnabled: false });
    expect(await page.locator("h1").isVisible()).toBe(true);
    expect(await page.locator("#sites tbody tr").count()).toBeGreaterThan(0);
    expect(await page.locator("noscript").innerText()).toContain("list");
    await page.locator(".list summary").click();
    expect(await page.locator(".list li").count()).toBeGreaterThan(0);
    await page.close();
  });
});

describe("the icicle", () => {
  test("is walked by the keyboard, and says where it is", async () => {
    const { page } = await open("server");
    await page.locator("#icicle").focus();
    expect(await told(page)).toMatch(/^everything shown · .* \(100 %\)/);
    await page.keyboard.press("ArrowDown");
    const widest = await told(page);
    expect(widest).toMatch(/samples/);
    await page.keyboard.press("ArrowRight");
    expect(await told(page)).not.toBe(widest);
    await page.keyboard.press("ArrowLeft");
    expect(await told(page)).toBe(widest);
    await page.keyboard.press("Enter");
    expect(await page.locator("#back").isEnabled()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#back").isEnabled()).toBe(false);
    await page.close();
  });

  test("tells of the frame under the mouse, and zooms to it by a click", async () => {
    const { page } = await open("server");
    const second = { position: { x: 20, y: 30 } };
    await page.locator("#icicle").hover(second);
    expect(await page.locator("#tip").innerText()).toMatch(/\d+ samples/);
    await page.locator("#icicle").click(second);
    await page.locator("#back").click();
    expect(await page.locator("#back").isEnabled()).toBe(false);
    await page.close();
  });

  test("shows the kinds that are wanted, Node's own frames, and callees first", async () => {
    const { page } = await open("server");
    const all = async (): Promise<string> => {
      await page.locator("#icicle").focus();
      await page.keyboard.press("Home");
      return told(page);
    };
    const height = (): Promise<number> =>
      page.locator("#icicle").evaluate((own) => own.clientHeight);
    const [before, low] = [await all(), await height()];
    await page.getByLabel("Node's own frames").check();
    expect(await all()).toBe(before);
    expect(await height()).toBeGreaterThan(low);
    await page.getByLabel("Callees first").check();
    expect(await all()).toBe(before);
    await page.locator('input[value="copy"]').uncheck();
    expect(await all()).not.toBe(before);
    expect(await page.locator('tr[data-kind="copy"]:visible').count()).toBe(0);
    expect(await page.locator('tr[data-kind="in"]:visible').count()).toBeGreaterThan(0);
    await page.close();
  });
});

describe("the table", () => {
  test("is searched with the icicle, and says how much was found", async () => {
    const { page } = await open("server");
    await page.getByLabel("Search").fill("frame.mjs");
    expect(await page.locator("#found").innerText()).toMatch(/MB, [\d.]+ % of what is shown/);
    expect(await page.locator("#site-count").innerText()).toMatch(/^1 of \d+ rows/);
    await page.getByLabel("Search").fill("no such thing");
    expect(await page.locator("#sites tbody tr:visible").count()).toBe(0);
    await page.close();
  });

  test("is sorted by its headers", async () => {
    const { page } = await open("server");
    const first = (): Promise<string> => page.locator("#sites tbody th").first().innerText();
    const largest = await first();
    const header = page.locator("#sites th").filter({ hasText: "Bytes" });
    await header.getByRole("button").click();
    expect(await header.getAttribute("aria-sort")).toBe("descending");
    expect(await first()).toBe(largest);
    await header.getByRole("button").click();
    expect(await header.getAttribute("aria-sort")).toBe("ascending");
    expect(await first()).not.toBe(largest);
    await page.close();
  });
});

test("the colours are chosen by hand, and paper is light", async () => {
  const { page } = await open("server", { colorScheme: "dark" });
  const paper = (): Promise<string> =>
    page.evaluate("getComputedStyle(document.body).backgroundColor") as Promise<string>;
  const dark = await paper();
  await page.getByRole("button", { name: "Dark" }).click();
  const light = await paper();
  expect(light).not.toBe(dark);
  await page.getByRole("button", { name: "Dark" }).click();
  expect(await paper()).toBe(dark);
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await paper()).toBe(light);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  expect(await paper()).toBe(dark);
  await page.close();
});

test("a difference is as wide as before, if that is wanted", async () => {
  const { page } = await open("difference");
  await page.locator("#icicle").focus();
  const after = await told(page);
  await page.getByLabel("as before").check();
  await page.locator("#icicle").focus();
  expect(await told(page)).not.toBe(after);
  await page.close();
});

test("a hundred thousand stacks are shown, and searched", async () => {
  const { page, complaints } = await open("large");
  const shownAfterMs = await page.evaluate("performance.now()");
  await page.getByLabel("Search").fill("function7");
  expect(await page.locator("#found").innerText()).toContain("% of what is shown");
  await page.getByLabel("Node's own frames").check();
  await page.getByLabel("Callees first").check();
  expect(complaints).toEqual([]);
  console.log(`100,000 stacks: shown after ${Math.round(Number(shownAfterMs))} ms`);
  await page.close();
});
