/** The number of a descriptor comes to mean another connection all the time; no byte goes astray. */
import { expect, test } from "vitest";
import { churn } from "../support/churn.ts";

const mebibyte = 2 ** 20;

test.each([
  ["natively", {}],
  ["without the addon", { ZEROCOPY_DISABLE_NATIVE: "1" }],
])(
  "connections that break in every way, by every mechanism, see no foreign byte (%s)",
  async (_name, environment) => {
    const task = { visits: 500, at: 24, seed: Math.floor(Math.random() * 2 ** 31), workers: 2 };
    const { broken, growth } = await churn(task, environment);
    expect(broken).toBeGreaterThan(20);
    expect(growth).toBeLessThan(200 * mebibyte);
  },
);
