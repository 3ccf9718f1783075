/** Thousands of connections that break in every way, and workers that are ended amid them. */
import { expect, test } from "vitest";
import { churn } from "../support/churn.ts";

const mebibyte = 2 ** 20;

test.each(["sendFile", "writeViews", "relay", "saveTo", "receive"])(
  "%s over thousands of connections sees no foreign byte, and leaves nothing",
  async (only) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { whole, broken, growth } = await churn({
      ...{ visits: only === "writeViews" ? 1500 : 5000, at: 32, workers: 12 },
      ...{ only, seed },
    });
    expect(whole).toBeGreaterThan(500);
    expect(broken).toBeGreaterThan(100);
    expect(growth).toBeLessThan(200 * mebibyte);
  },
);
