// How long a reader waits for the page of `zerocopy compare --html`: first contentful paint from the disk,
// in headless Chromium, median of nine.
//
//   node tools/firstPaint.mjs PAGE.html
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const page = path.resolve(process.argv[2] ?? "zerocopy-compare.html");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
const times = [];
for (let round = 0; round < 10; round++) {
  const tab = await browser.newPage();
  await tab.goto(`file://${page}`);
  await tab.waitForFunction(
    () => performance.getEntriesByName("first-contentful-paint").length > 0,
  );
  times.push(
    await tab.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime),
  );
  await tab.close();
}
await browser.close();
const [, ...warm] = times; // the first starts the browser's own processes
const median = warm.toSorted((a, b) => a - b)[4];
console.log(`first paint ${Math.round(median)} ms, ${fs.statSync(page).size} bytes: ${page}`);
