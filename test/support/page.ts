/** Pages in a real browser, and what every page of ours has to be. */
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

export interface OpenedPage {
  readonly page: Page;
  /** What it has printed, thrown, asked the reader, or wanted from elsewhere. */
  readonly complaints: readonly string[];
}

/** @param homes - what requests may begin with. */
export async function openPage(
  browser: Browser,
  url: string,
  homes: readonly string[],
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`opens ${dialog.type()}`));
  page.on("request", (request) => {
    const isHome = homes.some((home) => request.url().startsWith(home));
    if (!isHome) complaints.push(`requests ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** Axe finds nothing, nothing is wider than the window, and it has complained of nothing. */
export async function expectSound({ page, complaints }: OpenedPage): Promise<void> {
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
}

/** Each width, light and dark. */
export function viewsOf(
  widths: readonly number[],
): { readonly width: number; readonly scheme: "light" | "dark" }[] {
  return widths.flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
  );
}
