import { describe, expect, test } from "vitest";
import { summarise } from "../../../src/compare/measure/statistics.ts";

describe("summarise()", () => {
  test("takes the middle value of an odd number, whatever their order", () => {
    expect(summarise([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
  });

  test("takes the mean of the two middle values of an even number", () => {
    expect(summarise([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 });
  });

  test("is not thrown off by numbers that sort otherwise as text", () => {
    expect(summarise([10, 9, 2])?.median).toBe(9);
  });

  test("is null when any value is unknown, or when there is none", () => {
    expect(summarise([1, null, 2])).toBeNull();
    expect(summarise([])).toBeNull();
  });
});
