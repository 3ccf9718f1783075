import { describe, expect, test } from "vitest";
import { formatSize, parseRange, parseSize, parseSizes } from "../../../src/compare/sizes.ts";

describe("parseSize()", () => {
  test.each([
    ["0", 0],
    ["4096", 4096],
    ["12B", 12],
    ["4K", 4096],
    ["4k", 4096],
    ["64KiB", 65536],
    ["1.5M", 1572864],
    ["2GB", 2e9],
    [" 1T ", 1024 ** 4],
  ])("reads %j", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(["", "K", "-1", "4 K", "1.3", "0x10", "4X", "1e3", "9999999T"])(
    "refuses %j",
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );
});

describe("parseSizes()", () => {
  test("sorts a list and drops repetition", () => {
    expect(parseSizes("1M,4K,4096")).toEqual([4096, 1 << 20]);
  });

  test("takes steps of four times in a range, and its end whatever the steps", () => {
    expect(parseSizes("4K-64K")).toEqual([4096, 16384, 65536]);
    expect(parseSizes("4K-100K")).toEqual([4096, 16384, 65536, 102400]);
  });

  test.each(["", "0", "4K,", "1M-4K", "a-b", "4K-"])("refuses %j", (text) => {
    expect(parseSizes(text)).toBeUndefined();
  });
});

describe("parseRange()", () => {
  test("includes both ends, as HTTP does", () => {
    expect(parseRange("0-99")).toEqual({ start: 0, end: 100 });
    expect(parseRange("4K-")).toEqual({ start: 4096, end: undefined });
  });

  test.each(["", "-", "-5", "5", "9-1", "a-b", "1-2-3"])("refuses %j", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});

describe("formatSize()", () => {
  test.each([1, 4096, 1000, 1 << 20, 3 * 1024 ** 3])("is read back as %d", (bytes) => {
    expect(parseSize(formatSize(bytes))).toBe(bytes);
  });

  test("is short", () => {
    expect([4096, 1 << 20, 1000].map(formatSize)).toEqual(["4K", "1M", "1000"]);
  });
});
