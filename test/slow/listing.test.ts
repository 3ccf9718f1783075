/** The page of a directory, served by `zerocopy serve`, in a real browser. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../tools/browser.mjs";
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

type PageOptions = Parameters<Browser["newPage"]>[0];

async function open(
  at: string,
  options: PageOptions,
): Promise<{ page: Page; complaints: string[] }> {
  const { url } = await serving([folder]);
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) complaints.push(`requests ${request.url()}`);
  });
  await page.goto(new URL(at, url).href);
  return { page, complaints };
}

const inner = "photos/summer%202026%20%26%20more/";

describe.each(["", inner, "many/?page=2", "none/"])("the page of /%s", (at) => {
  const views = [390, 1280].flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
  );

  test.for(views)("is sound at $width px, $scheme", async ({ width, scheme }) => {
    const viewport = { width, height: 800 };
    const { page, complaints } = await open(at, { viewport, colorScheme: scheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const found = (await checker.run()).violations;
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
    const overflow = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect({ violations, complaints, overflow }).toEqual({
      ...{ violations: [], complaints: [], overflow: 0 },
    });
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
