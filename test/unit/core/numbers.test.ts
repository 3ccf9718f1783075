/** 64-bit items as numbers. */
import { describe, expect, test } from "vitest";
import { expectThrown, resultOf, zeros } from "./memories.ts";

describe("getNumber", () => {
  const limits: readonly (readonly [bigint, number | "OverflowError"])[] = [
    [0n, 0],
    [1n, 1],
    [-1n, -1],
    [2n ** 31n, 2 ** 31],
    [2n ** 32n, 2 ** 32],
    [-(2n ** 32n), -(2 ** 32)],
    [2n ** 32n - 1n, 2 ** 32 - 1],
    [-(2n ** 31n) - 1n, -(2 ** 31) - 1],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [2n ** 53n, 2 ** 53],
    [2n ** 53n + 1n, "OverflowError"],
    [2n ** 53n + 2n, "OverflowError"],
    [-(2n ** 53n) + 1n, -(2 ** 53) + 1],
    [-(2n ** 53n), -(2 ** 53)],
    [-(2n ** 53n) - 1n, "OverflowError"],
    [2n ** 63n - 1n, "OverflowError"],
    [-(2n ** 63n), "OverflowError"],
    [2n ** 63n, "OverflowError"],
    [2n ** 64n - 1n, "OverflowError"],
  ];

  test.each(["q", "Q", "n", "N", "l", "L", "P", "<q", "<Q", ">q", ">Q", "!q"])(
    "of format %s",
    (format) => {
      const m = zeros(format, 2);
      const signed = "qnl".includes(format.at(-1) ?? "");
      for (const [value, wanted] of limits) {
        const fits = signed
          ? BigInt.asIntN(64, value) === value
          : BigInt.asUintN(64, value) === value;
        if (!fits) continue;
        m.set(1, value);
        expect(m.get(1)).toBe(value);
        for (const read of [
          () => m.getNumber(1),
          () => m.getNumber(-1),
          () => m.reshape([1, 2]).getNumber(0, 1),
          () => m.subarray(1).reshape([]).getNumber(),
        ]) {
          expect(resultOf(read), String(value)).toBe(wanted);
        }
      }
    },
  );

  test.each<readonly [string, unknown, number]>([
    ["B", 200, 200],
    ["b", -5, -5],
    ["?", true, 1],
    ["h", -300, -300],
    ["I", 4e9, 4e9],
    ["<l", -7, -7],
    ["e", 0.5, 0.5],
    ["f", -0.25, -0.25],
    ["d", Math.PI, Math.PI],
    [">d", 1e300, 1e300],
  ])("of format %s is the item", (format, value, wanted) => {
    const m = zeros(format, 1);
    m.set(0, value);
    expect(m.getNumber(0)).toBe(wanted);
  });

  test.each(["c", "3s", "Zd", "<BB", "T{B:a:}", "(2)B"])(
    "of format %s is a TypeError",
    (format) => {
      expectThrown(() => zeros(format, 1).getNumber(0), "TypeError", /^Cannot get a number/);
    },
  );

  test("says what get() gives instead", () => {
    const m = zeros("q", 1);
    m.set(0, -(2n ** 53n) - 1n);
    const message = /wanted -2\^53 to 2\^53 \(get\(\) gives a bigint\), found -9007199254740993$/;
    expectThrown(() => m.getNumber(0), "OverflowError", message);
  });

  test("checks indices as get does", () => {
    const m = zeros("q", 2);
    expectThrown(() => m.getNumber(2), "IndexError");
    expectThrown(() => m.getNumber(-3), "IndexError");
    expectThrown(() => m.getNumber(0.5), "TypeError");
    expectThrown(() => m.getNumber(), "NotImplementedError");
    expectThrown(() => m.getNumber(0, 0), "TypeError");
    expectThrown(() => m.reshape([2, 1]).getNumber(0), "NotImplementedError");
  });
});
