/** The page of a directory, served by `zerocopy serve`, in a real browser. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../tools/browser.mjs";
import { expectSound, openPage, viewsOf } from "../support/page.ts";
import type { OpenedPage } from "../support/page.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { serving } from "../support/serving.ts";

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-listing-"));
  const inner = path.join(folder, "photos/summer 2026 & more");
  fs.mkdirSync(path.join(inner, "raw"), { recursive: true });
  const long = "a long name of many words that has to wrap on a phone, and then some more.pdf";
  const names = ["a.txt", "file10", "file9", long, "x".repeat(200), "<img src=x onerror=alert(1)>"];
  for (const name of [...names, "100% #1?.txt"]) fs.writeFileSync(path.join(inner, name), name);
  fs.symlinkSync("/etc/passwd", path.join(inner, "outside"));
  fs.mkdirSync(path.join(folder, "many"));
  for (let index = 0; index < 1500; index++)
    fs.writeFileSync(path.join(folder, `many/${index}`), "");
  fs.mkdirSync(path.join(folder, "none"));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

// Each test starts a server of its own, and may leave none.
leaveNothingOpen();

async function open(at: string, options: BrowserContextOptions): Promise<OpenedPage> {
  const { url } = await serving([folder]);
  return openPage(browser, new URL(at, url).href, [url], options);
}

const inner = "photos/summer%202026%20%26%20more/";

describe.each(["", inner, "many/?page=2", "none/"])("the page of /%s", (at) => {
  test.for(viewsOf([390, 1280]))("is sound at $width px, $scheme", async ({ width, scheme }) => {
    const viewport = { width, height: 800 };
    const opened = await open(at, { viewport, colorScheme: scheme });
    await expectSound(opened);
    const { page } = opened;
    // The style sheet is let in by its hash: without it nothing would be wider than its text.
    expect(await page.evaluate("getComputedStyle(document.body).margin")).toBe("0px");
    await page.close();
  });
});

describe("the page of a directory", () => {
  test("leads to every file, and to every folder above, without a script", async () => {
    const { page } = await open(inner, { javaScriptEnabled: false });
    const links = await page
      .locator("td a")
      .evaluateAll((all) => all.map((link) => (link as unknown as { href: string }).href));
    expect(links.length).toBe(9);
    for (const link of links) expect((await page.request.get(link)).status(), link).toBe(200);
    expect(await page.locator("tr", { hasText: "outside" }).locator("a").count()).toBe(0);
    await page.getByRole("link", { name: "raw" }).click();
    expect(await page.title()).toBe("Index of /photos/summer 2026 & more/raw/");
    await page.getByRole("link", { name: "the folder above" }).click();
    await page.getByRole("navigation").getByRole("link", { name: "root" }).click();
    expect(await page.title()).toBe("Index of /");
    await page.close();
  });

  test("turns its pages", async () => {
    const { page } = await open("many/", {});
    expect(await page.locator("tbody tr").count()).toBe(1001);
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "2" }).click();
    expect(await page.locator("tbody tr").count()).toBe(500);
    await page.close();
  });
});
